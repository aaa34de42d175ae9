#pragma once
#include "kernels/emulator/cooperative_groups.h"
