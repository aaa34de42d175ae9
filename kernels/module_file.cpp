#include "kernels/module_file.h"

#include <dlfcn.h>
#include <unistd.h>

#include <climits>

namespace triptych {
namespace {

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

}  // namespace

std::string folder_of_program() {
  char program[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", program, sizeof program);
  return length <= 0 ? "." : folder_of(std::string(program, static_cast<std::size_t>(length)));
}

std::string find_module(const char* name) {
  const std::string folder = folder_of_program();
  Dl_info library{};
  dladdr(reinterpret_cast<const void*>(&find_module), &library);
  const std::string beside = library.dli_fname ? folder_of(library.dli_fname) : folder;
  for (const std::string& at :
       {folder, folder_of(folder), folder_of(folder) + "/lib/triptych", beside + "/triptych"})
    if (const std::string path = at + "/" + name; access(path.c_str(), R_OK) == 0) return path;
  return {};
}

}  // namespace triptych
