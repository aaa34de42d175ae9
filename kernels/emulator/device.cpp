// The devices `emulator` and `ptx`: two tables made from that of kernels/cuda.
#include "kernels/ptx/device.h"

#include "kernels/backends.h"
#include "kernels/cuda/table.h"
#include "kernels/emulator/device_table.h"
#include "kernels/kernels.h"

namespace triptych {

const Kernels& emulator::kernels() {
  static const Kernels table = device_table<Engine::fibers>(
      cuda::kernels(), "emulator",
      "the CUDA kernels as plain C++, a fiber for each GPU thread: slow, and checks them");
  return table;
}

const Kernels* ptx::kernels(std::string& words) {
  if (find_folder().empty()) {
    words = "there is no PTX to interpret beside this program: it was built without nvcc (12 or newer)";
    return nullptr;
  }
  static const Kernels table = emulator::device_table<emulator::Engine::ptx>(
      cuda::kernels(), "ptx", "the PTX that nvcc made of the CUDA kernels, interpreted: slower, and counts");
  // Reading the PTX takes a moment, so it is deferred to the first launch.
  emulator::plug_in_later(emulator::Engine::ptx, [] { device_interpreter(); });
  words = table.description;
  return &table;
}

}  // namespace triptych
