#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "engine/tensor.h"

namespace triptych {

// The safetensors format: 8 bytes of header length (little-endian), a JSON header with name -> dtype, shape,
// byte range, then the raw data. Compatible with public libraries (F32, F64, U8, I32).
struct TensorFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

// Written with write_file, so a reader never sees a partial file. A checksum of the whole file is added to
// the metadata.
void save_tensors(const std::filesystem::path& path, const TensorFile& file);

// Reads and checks a file before any tensor is allocated: header and sizes against the length of the file,
// types, and the checksum where there is one (files of other programs have none; it is not among the
// metadata that are returned). A number that is not finite is an Error, too: no weight, moment or map of this
// program may be one. Every Error names the file, and the tensor.
TensorFile load_tensors(const std::filesystem::path& path, const Device& device);
// The same for bytes in memory; `origin` stands in the messages.
TensorFile parse_tensors(std::string_view content, const std::string& origin, const Device& device);

// The tensor of this name, which must exist and have this type (and this shape); `origin` is the file.
const Tensor& tensor_of(const TensorFile& file, std::string_view name, Type type, const std::string& origin);
const Tensor& tensor_of(const TensorFile& file, std::string_view name, Type type, const Shape& shape,
                        const std::string& origin);

}  // namespace triptych
