#pragma once
#include "kernels/emulator/half.h"
