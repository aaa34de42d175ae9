#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "engine/tensor.h"

namespace triptych {

// The safetensors format: 8 bytes of header length (little-endian), a JSON header with name -> dtype, shape,
// byte range, then the raw numbers. Public libraries read our files, and we read theirs (F32, F64, U8, I32).
struct TensorFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

// Written to a temporary name beside `path`, synced and renamed: a reader never sees half a file, and a full
// disk leaves the old one as it was. Throws Error.
void save_tensors(const std::filesystem::path& path, const TensorFile& file);
// Throws Error with the path for a missing, truncated or inconsistent file.
TensorFile load_tensors(const std::filesystem::path& path, Device& device);

}  // namespace triptych
