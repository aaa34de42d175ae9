#include "kernels/backends.h"

namespace triptych {

const std::vector<Backend>& backends() {
  static const std::vector<Backend> list = {
      {"reference", &reference::kernels, reference::kernels.description},
#ifdef TRIPTYCH_DOUBLE
      {"cpu", nullptr, "the cpu device computes in float; this program is the double-precision build"},
#else
      {"cpu", &cpu::kernels(), cpu::kernels().description},
#endif
  };
  return list;
}

}  // namespace triptych
