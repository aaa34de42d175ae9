// The filled struct, and the entry point of the module build/device_cuda.so.
#include "kernels/complete.h"
#include "kernels/cuda/host.h"
#include "kernels/cuda/table.h"

namespace triptych::cuda {

// Kernels that this folder does not have (kernels/complete.h).
constexpr const char* not_yet[] = {""};

const Kernels& kernels() {
  static const Kernels table = {
      .name = "cuda",
      .description = "hand-written CUDA kernels",
      .host_memory = false,
#define KERNEL(result, name, parameters) .name = TRIPTYCH_ENTRY(name),
#include "kernels/list.h"
  };
  return table;
}

namespace {

// Whether there is a usable card: its description, or the reason why not.
struct Card {
  bool there = false;
  std::string words;
};

Card look_for_card() {
  int count = 0, device = 0;
  cudaDeviceProp properties = {};
  const cudaError_t counted = cudaGetDeviceCount(&count);
  if (counted != cudaSuccess) return {false, std::string("CUDA says: ") + cudaGetErrorString(counted)};
  if (count == 0) return {false, "CUDA sees no GPU in this machine"};
  cudaGetDevice(&device);
  if (cudaGetDeviceProperties(&properties, device) != cudaSuccess) return {false, "the GPU does not answer"};
  return {true, std::string(properties.name) + ", compute capability " + std::to_string(properties.major) +
                    "." + std::to_string(properties.minor) + ", " +
                    std::to_string(properties.totalGlobalMem >> 30) + " GiB"};
}

}  // namespace
}  // namespace triptych::cuda

// Exported by the module: its kernels, with a description of the card in *words; or null, with the reason in
// *words.
extern "C" const triptych::Kernels* triptych_device_kernels(const char** words) {
  static const triptych::cuda::Card card = triptych::cuda::look_for_card();
  if (words) *words = card.words.c_str();
  return card.there ? &triptych::cuda::kernels() : nullptr;
}
