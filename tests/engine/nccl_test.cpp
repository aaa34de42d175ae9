#include <dlfcn.h>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstring>
#include <filesystem>

#include "engine/nccl/interface.h"

using namespace triptych;

// NCCL needs a card, so what can be tested everywhere is that the module opens, is of this build, and says
// what is missing.
TEST_CASE("nccl: the module opens, and says that there is no card") {
  const auto file =
      std::filesystem::canonical("/proc/self/exe").parent_path().parent_path() / "communicator_nccl.so";
  if (!std::filesystem::exists(file)) {
    fmt::print("SKIPPED: no {}: a build without nvcc or without nccl.h\n", file.filename().string());
    return;
  }
  void* opened = dlopen(file.c_str(), RTLD_NOW);
  if (!opened) FAIL(dlerror());
  const auto entry = reinterpret_cast<const nccl::Module* (*)()>(dlsym(opened, nccl::entry));
  const bool found = entry != nullptr;
  REQUIRE(found);
  const nccl::Module& module = *entry();
  CHECK(module.interface == nccl::interface_number);
  CHECK(std::strstr(module.library(), "NCCL ") == module.library());
  if (std::filesystem::exists("/dev/nvidiactl")) {
    fmt::print("SKIPPED: there is a card\n");
    return;
  }
  const char id[nccl::id_bytes] = {};
  CHECK(!module.start(id, 0, 1));
  CHECK(std::strstr(module.message(), "NCCL: ") == module.message());
}
