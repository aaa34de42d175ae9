#include "kernels/ptx/device.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

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

}  // namespace
}  // namespace triptych::ptx
