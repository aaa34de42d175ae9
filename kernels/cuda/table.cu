// The filled struct, and the entry point of the module build/device_cuda.so.
#include <array>
#include <sstream>

#include "kernels/complete.h"
#include "kernels/cuda/host.h"
#include "kernels/cuda/table.h"
#include "kernels/interface.h"

namespace triptych::cuda {

__global__ void fill_kernel(Index n, float value, float* x);  // elementwise.cu

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

// The compute capabilities of the cards that this module has machine code for, as in CUDA_ARCH: "75 80 90".
// Newer cards compile its PTX when it is loaded.
#ifdef TRIPTYCH_CUDA_ARCH
constexpr const char* architectures = TRIPTYCH_CUDA_ARCH;
#else
constexpr const char* architectures = "80";  // compiled by g++ for the emulator's runtime
#endif

// "80" -> "8.0", "120" -> "12.0"
std::string capability(const std::string& architecture) {
  return architecture.substr(0, architecture.size() - 1) + "." + architecture.back();
}

std::string served_cards() {
  std::string list;
  std::istringstream words(architectures);
  for (std::string one; words >> one;) list += (list.empty() ? "" : ", ") + capability(one);
  return "this build serves cards of compute capability " + list + " and newer ones";
}

// 13000 -> "13.0", 12020 -> "12.2"
std::string release(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

// Whether there is a usable card: its description, or the reason why not.
struct Card {
  bool there = false;
  std::string words;
};

Card not_there(cudaError_t status) {
  if (status == cudaErrorInsufficientDriver) {
    int driver = 0, runtime = 0;
    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    const std::string own = "this module was built with CUDA " + release(runtime);
    if (driver == 0) return {false, "there is no NVIDIA driver in this machine; " + served_cards()};
    return {false, "the NVIDIA driver is too old: it serves CUDA up to " + release(driver) + ", and " + own +
                       "; update the driver, or build with the nvcc of CUDA " + release(driver)};
  }
  return {false, std::string("CUDA says: ") + cudaGetErrorString(status) + "; " + served_cards()};
}

// That a card is there does not say that it can run this module: one kernel is asked for.
Card look_for_card() {
  int count = 0, device = 0;
  cudaDeviceProp properties = {};
  cudaFuncAttributes attributes = {};
  const cudaError_t counted = cudaGetDeviceCount(&count);
  if (counted != cudaSuccess) return not_there(counted);
  if (count == 0) return not_there(cudaErrorNoDevice);
  cudaGetDevice(&device);
  if (cudaGetDeviceProperties(&properties, device) != cudaSuccess) return {false, "the GPU does not answer"};
  const std::string name = std::string(properties.name) + ", compute capability " +
                           std::to_string(properties.major) + "." + std::to_string(properties.minor);
  const cudaError_t asked = cudaFuncGetAttributes(&attributes, fill_kernel);
  cudaGetLastError();
  if (asked != cudaSuccess)
    return {false,
            name + ", cannot run this module: " + cudaGetErrorString(asked) + "; " + served_cards() +
                ": build it with CUDA_ARCH=" + std::to_string(10 * properties.major + properties.minor)};
  return {true, name + ", " + std::to_string(properties.totalGlobalMem >> 30) + " GiB; " + served_cards()};
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

// What a program compares with its own before it asks for the kernels.
extern "C" {
extern const std::array<char, 34> triptych_device_interface;
const std::array<char, 34> triptych_device_interface = triptych::kernel_interface();
}
