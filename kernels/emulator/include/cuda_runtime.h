#pragma once
// The header that <cuda_runtime.h> finds when g++ compiles kernels/cuda: with this folder first on the
// include path, the same sources run on the processor. nvcc never sees it.
#include "kernels/emulator/language.h"
//
#include "kernels/emulator/atomics.h"
#include "kernels/emulator/barriers.h"
#include "kernels/emulator/intrinsics.h"
#include "kernels/emulator/launch.h"
#include "kernels/emulator/runtime.h"
#include "kernels/emulator/tensor_core.h"
