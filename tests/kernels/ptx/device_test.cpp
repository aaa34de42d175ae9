#include "kernels/ptx/device.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "kernels/backends.h"

namespace triptych::ptx {
namespace {

// The environment variable TRIPTYCH_PTX for as long as it lives.
class NamedFolder {
 public:
  explicit NamedFolder(const std::string& folder) {
    if (const char* before = std::getenv("TRIPTYCH_PTX")) before_ = before, had_ = true;
    setenv("TRIPTYCH_PTX", folder.c_str(), 1);
  }
  ~NamedFolder() { had_ ? setenv("TRIPTYCH_PTX", before_.c_str(), 1) : unsetenv("TRIPTYCH_PTX"); }
  NamedFolder(const NamedFolder&) = delete;
  NamedFolder& operator=(const NamedFolder&) = delete;

 private:
  std::string before_;
  bool had_ = false;
};

TEST_CASE("ptx: the folder with the PTX is the one that is named, if it holds any") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("triptych_ptx_" + std::to_string(getpid()));
  fs::create_directory(folder);
  const NamedFolder named(folder.string());
  CHECK(find_folder() == "");
  std::ofstream(folder / "toy.ptx") << ".version 9.0\n";
  CHECK(find_folder() == folder.string());
  fs::remove_all(folder);
  CHECK(find_folder() == "");
}

TEST_CASE("ptx: nvcc's PTX of kernels/cuda gives what the emulator gives, bit for bit") {
  std::string words;
  const Kernels* const interpreted = kernels(words);
  if (!interpreted) {
    MESSAGE("skipped: " << words);
    return;
  }
  constexpr Index m = 37, n = 21, k = 19;
  std::vector<float> a(m * k), b(k * n);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<float>(i % 13) * 0.37f - 2;
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<float>(i % 7) * 0.61f - 1;
  const auto multiply = [&](const Kernels& device) {
    Context context;
    const auto on_device = [&](const std::vector<float>& host) {
      auto* const memory = static_cast<float*>(device.allocate(context, host.size() * sizeof(float)));
      device.copy_in(context, memory, host.data(), host.size() * sizeof(float));
      return memory;
    };
    std::vector<float> product(m * n);
    float *const left = on_device(a), *const right = on_device(b), *const result = on_device(product);
    device.gemm(context, Transpose::no, Transpose::no, m, n, k, 1, left, k, right, n, 0, result, n);
    device.synchronise(context);
    device.copy_out(context, product.data(), result, product.size() * sizeof(float));
    for (float* memory : {left, right, result}) device.release(context, memory);
    CHECK(context.error == "");
    return product;
  };
  CHECK(multiply(*interpreted) == multiply(emulator::kernels()));
}

}  // namespace
}  // namespace triptych::ptx
