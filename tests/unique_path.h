#pragma once
#include <unistd.h>

#include <filesystem>
#include <string>

namespace triptych::testing {

// A path in the temporary folder that no other process uses: test programs run at the same time, also those
// of another build or another user.
inline std::filesystem::path unique_path(const std::string& name) {
  return std::filesystem::temp_directory_path() / ("triptych_" + std::to_string(getpid()) + "_" + name);
}

}  // namespace triptych::testing
