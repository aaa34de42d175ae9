#pragma once
#include <string>
#include <vector>

namespace triptych {

struct Kernels;  // kernels/kernels.h

struct Backend {
  std::string name;         // the value of --device
  const Kernels* kernels;   // null when this backend is not available
  std::string description;  // one sentence: what it is or, when it is not available, why not
};

// All backends that this project knows, in the order reference, cpu, cuda, emulator, ptx, fake-cuda. An
// unavailable one has null kernels and the reason in its description.
const std::vector<Backend>& backends();
// Initialises only the backend of this name; null when there is none.
const Backend* find_backend(const std::string& name);
// The names that a user may give, which leaves out what only tests have. Probes no hardware and opens no
// module.
std::vector<std::string> backend_names();

namespace reference {
// Textbook loops with double accumulators. All other backends are tested against it; read it first.
extern const Kernels kernels;
}  // namespace reference
namespace cpu {
// OpenMP + SIMD for the best instruction set of this processor, or the one named by the environment variable
// TRIPTYCH_ISA (portable, avx2, avx512). Float only: absent from the double-precision build.
const Kernels& kernels();
}  // namespace cpu
namespace emulator {
// kernels/cuda, compiled as plain C++, one fiber per GPU thread. Float only.
const Kernels& kernels();
}  // namespace emulator
namespace ptx {
// An interpreter of the PTX that nvcc made of kernels/cuda. Null without that PTX; `words` then gives the
// reason. Float only.
const Kernels* kernels(std::string& words);
}  // namespace ptx
namespace cuda {
// kernels/cuda on a GPU; null without the module or without a GPU. `words` describes the card or gives the
// reason.
const Kernels* open_module(std::string& words);
// The same module on the emulator's runtime: a card for tests, which can fail in the ways that a card can
// (tests/kernels/fake_cuda). Null, and the reason, where no tests were built.
const Kernels* open_fake_module(std::string& words);
bool has_fake_module();  // is it among the test programs of this build?
}  // namespace cuda

}  // namespace triptych
