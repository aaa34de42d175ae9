#pragma once
#include <string>

#include "kernels/emulator/runtime.h"

namespace triptych::emulator {

// Sets the last error of the calling OS thread, with its message. Returns `error`.
cudaError_t set_error(cudaError_t error, std::string sentence);

}  // namespace triptych::emulator
