#pragma once
#include "kernels/emulator/include/cuda_runtime.h"
