// Finds and opens the module that nvcc made of this folder. It is not linked into the program: it has the
// same symbols as the emulator, and a program that needs no GPU should not load CUDA's libraries. The fake
// card of the tests is the same module on the emulator's runtime (tests/kernels/fake_cuda).
#include <dlfcn.h>
#include <unistd.h>

#include <cstring>

#include "kernels/backends.h"
#include "kernels/interface.h"
#include "kernels/module_file.h"

namespace triptych::cuda {
namespace {

constexpr const char* module_name = "device_cuda.so";
constexpr const char* fake_module_name = "device_fake_cuda.so";

// Among the test programs of a build.
std::string find_fake_module() {
  const std::string folder = folder_of_program();
  for (const std::string& at : {folder, folder + "/tests"})
    if (access((at + "/" + fake_module_name).c_str(), R_OK) == 0) return at + "/" + fake_module_name;
  return {};
}

const Kernels* open(const std::string& path, std::string& words) {
  void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!module) {
    words = std::string("the CUDA module does not open: ") + dlerror();
    return nullptr;
  }
  using Door = const Kernels* (*)(const char**);
  const auto door = reinterpret_cast<Door>(dlsym(module, "triptych_device_kernels"));
  const auto* interface = static_cast<const char*>(dlsym(module, "triptych_device_interface"));
  constexpr auto own = kernel_interface();
  if (!door || !interface || std::strncmp(interface, own.data(), own.size()) != 0) {
    words = path + " is of another build than this program: run 'make' again, or install both together";
    return nullptr;
  }
  const char* says = "";
  const Kernels* kernels = door(&says);
  words = says;
  return kernels;
}

}  // namespace

const Kernels* open_module(std::string& words) {
  const std::string path = find_module(module_name);
  if (!path.empty()) return open(path, words);
  words = std::string(module_name) + " is not beside this program: it was built without nvcc (12 or newer)";
  return nullptr;
}

bool has_fake_module() {
  return !find_fake_module().empty();
}

const Kernels* open_fake_module(std::string& words) {
  const std::string path = find_fake_module();
  if (path.empty()) {
    words = std::string(fake_module_name) + " is not among the tests of this build";
    return nullptr;
  }
  const Kernels* kernels = open(path, words);
  if (!kernels) return nullptr;
  static const Kernels table = [kernels] {
    Kernels renamed = *kernels;
    renamed.name = "fake-cuda";
    return renamed;
  }();
  return &table;
}

}  // namespace triptych::cuda
