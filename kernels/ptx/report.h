#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "kernels/ptx/interpreter.h"

namespace triptych::ptx {

// A line for each kernel, those with the most warp instructions first:
//   kernel, launches, warp instructions, thread instructions per multiply-add, busy lanes of 32,
//   sectors per request and the ideal, bank conflicts (extra wavefronts) per shared request
std::string kernel_table(std::vector<Profile> profiles);

// The same by source line of the kernels whose name holds `kernel`, in the order of the source.
std::string line_table(const std::vector<Profile>& profiles, std::string_view kernel);

}  // namespace triptych::ptx
