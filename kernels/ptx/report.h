#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "kernels/ptx/interpreter.h"

namespace triptych::ptx {

// The header line of the columns for kernels or source lines:
//   warp instructions; thread instructions per multiply-add; active lanes of 32; global requests, sectors per
//   request and the ideal; different words of shared memory per request; bank conflicts, as extra wavefronts
//   of shared memory; `last` is the title of the last column
std::string heading(const char* last);

// One row per kernel, in descending order of warp instructions.
std::string kernel_rows(std::vector<Profile> profiles);

// With its own header: one row per source line of the kernels whose name contains `kernel`, in source order.
std::string line_table(const std::vector<Profile>& profiles, std::string_view kernel);

}  // namespace triptych::ptx
