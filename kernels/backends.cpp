#include "kernels/backends.h"

namespace triptych {
namespace {

#ifdef TRIPTYCH_DOUBLE
Backend in_float_only(const char* name) {
  return {
      name, nullptr,
      "the " + std::string(name) + " device computes in float; this program is the double-precision build"};
}
#else
// A device that may be missing: find gives its kernels or null, and in words what it is or why it is not there.
Backend look_for(const char* name, const Kernels* (*find)(std::string& words)) {
  std::string words;
  const Kernels* kernels = find(words);
  return {name, kernels, words};
}
#endif

std::vector<Backend> look_for_all() {
  return {{"reference", &reference::kernels, reference::kernels.description},
#ifdef TRIPTYCH_DOUBLE
          in_float_only("cpu"),
          in_float_only("cuda"),
          in_float_only("emulator"),
          in_float_only("ptx")};
#else
          {"cpu", &cpu::kernels(), cpu::kernels().description},
          look_for("cuda", &cuda::open_module),
          {"emulator", &emulator::kernels(), emulator::kernels().description},
          look_for("ptx", &ptx::kernels)};
#endif
}

}  // namespace

const std::vector<Backend>& backends() {
  static const std::vector<Backend> list = look_for_all();
  return list;
}

std::vector<std::string> backend_names() {
  return {"reference", "cpu", "cuda", "emulator", "ptx"};
}

}  // namespace triptych
