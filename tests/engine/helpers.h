#pragma once
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/ops.h"
#include "tests/engine/open_devices.h"

namespace triptych {

using test::devices;

inline Tensor tensor(const Device& device, const Shape& shape, const std::vector<Real>& values) {
  return Tensor::from(device, shape, std::span<const Real>(values));
}
inline Tensor bytes(const Device& device, const Shape& shape, const std::vector<std::uint8_t>& values) {
  return Tensor::from(device, shape, std::span<const std::uint8_t>(values));
}
inline Tensor integers(const Device& device, const Shape& shape, const std::vector<std::int32_t>& values) {
  return Tensor::from(device, shape, std::span<const std::int32_t>(values));
}

// What the Error says that `function` throws; empty when it throws none.
template <class Function>
std::string message_of(const Function& function) {
  try {
    function();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A folder of its own for a test, removed with all it holds.
struct TemporaryFolder {
  std::filesystem::path path;
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "triptych-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
};

}  // namespace triptych
