// Finds and opens the module that nvcc made of this folder. It is not linked into the program: it has the
// same symbols as the emulator, and a program that needs no GPU should not load CUDA's libraries.
#include <dlfcn.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>

#include "kernels/backends.h"
#include "kernels/kernels.h"

namespace triptych::cuda {
namespace {

constexpr const char* file_name = "device_cuda.so";

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

// Looks beside the program, and beside its folder (for test programs); in an installation, in lib/triptych,
// which is found from bin/ or from the shared library that holds this code.
std::string find_module() {
  char program[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", program, sizeof program);
  if (length <= 0) return {};
  const std::string folder = folder_of(std::string(program, static_cast<std::size_t>(length)));
  Dl_info library{};
  dladdr(reinterpret_cast<const void*>(&find_module), &library);
  const std::string beside = library.dli_fname ? folder_of(library.dli_fname) : folder;
  for (const std::string& at :
       {folder, folder_of(folder), folder_of(folder) + "/lib/triptych", beside + "/triptych"})
    if (access((at + "/" + file_name).c_str(), R_OK) == 0) return at + "/" + file_name;
  return {};
}

}  // namespace

const Kernels* open_module(std::string& words) {
  const std::string path = find_module();
  if (path.empty()) {
    words = std::string(file_name) + " is not beside this program: it was built without nvcc (12 or newer)";
    return nullptr;
  }
  void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  using Door = const Kernels* (*)(const char**);
  const auto door = module ? reinterpret_cast<Door>(dlsym(module, "triptych_device_kernels")) : nullptr;
  if (!door) {
    words = std::string("the CUDA module does not open: ") + dlerror();
    return nullptr;
  }
  const char* says = "";
  const Kernels* kernels = door(&says);
  words = says;
  return kernels;
}

}  // namespace triptych::cuda
