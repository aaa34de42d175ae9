#include "kernels/ptx/resources.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/unique_path.h"

namespace triptych::ptx {
namespace {

TEST_CASE("ptx: registers and shared memory are read from what ptxas said, for one architecture") {
  const auto folder = testing::unique_path("ptxas");
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "toy.ptxas")
      << "ptxas info    : 0 bytes gmem\n"
         "ptxas info    : Compiling entry function '_Z3toyPf' for 'sm_80'\n"
         "    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads\n"
         "ptxas info    : Used 73 registers, used 1 barriers, 8704 bytes smem, 464 bytes cmem[0]\n"
         "ptxas info    : Compiling entry function '_Z3toyPf' for 'sm_75'\n"
         "ptxas info    : Used 60 registers, 464 bytes cmem[0]\n";
  std::ofstream(folder / "other.ptxas")
      << "ptxas info    : Compiling entry function '_Z5otherv' for 'sm_75'\n"
         "ptxas info    : Used 8 registers, 352 bytes cmem[0]\n";
  const auto ampere = resources(folder.string(), "sm_80");
  REQUIRE(ampere.size() == 1);
  CHECK(ampere.at("_Z3toyPf").registers == 73);
  CHECK(ampere.at("_Z3toyPf").shared_bytes == 8704);
  const auto turing = resources(folder.string(), "sm_75");
  REQUIRE(turing.size() == 2);
  CHECK(turing.at("_Z3toyPf").registers == 60);
  CHECK(turing.at("_Z3toyPf").shared_bytes == 0);
  CHECK(turing.at("_Z5otherv").registers == 8);
  CHECK(resources(folder.string(), "sm_90").empty());
  std::filesystem::remove_all(folder);
  CHECK(resources(folder.string(), "sm_80").empty());
}

}  // namespace
}  // namespace triptych::ptx
