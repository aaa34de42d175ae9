#pragma once
#include <string>
#include <vector>

#include "kernels/kernels.h"

namespace triptych {

struct Backend {
  std::string name;         // what --device says
  const Kernels* kernels;   // null when this backend is not there
  std::string description;  // what it is and, where it is not there, why not, in a sentence
};

// Every backend this project knows, in the order reference, cpu, cuda, emulator, ptx; those that are not
// there say why.
const std::vector<Backend>& backends();
// One of them, the others left alone; null when there is none of this name.
const Backend* find_backend(const std::string& name);
// Their names alone: asks no machine and opens no module.
std::vector<std::string> backend_names();

namespace reference {
// Textbook loops with double accumulators: the judge, and the place to read first.
extern const Kernels kernels;
}  // namespace reference
namespace cpu {
// OpenMP + SIMD for the best instruction set of this processor (or the one the environment variable
// TRIPTYCH_ISA names: portable, avx2, avx512). float only: not in the double-precision build.
const Kernels& kernels();
}  // namespace cpu
namespace emulator {
// kernels/cuda, compiled as plain C++, with a fiber for each GPU thread. float only.
const Kernels& kernels();
}  // namespace emulator
namespace ptx {
// kernels/cuda, as nvcc translated it to PTX, interpreted: null without that PTX, and `words` says why. float
// only.
const Kernels* kernels(std::string& words);
}  // namespace ptx
namespace cuda {
// kernels/cuda on a GPU: null without the module or without a GPU. In `words`: the card, or why not.
const Kernels* open_module(std::string& words);
}  // namespace cuda

}  // namespace triptych
