#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "kernels/ptx/interpreter.h"

namespace triptych::ptx {

// The columns, above a row for each kernel or source line:
//   warp instructions; thread instructions per multiply-add; busy lanes of 32; global requests, sectors per request and the
//   ideal; bank conflicts, as extra wavefronts of shared memory; `last` names what the row is about
std::string heading(const char* last);

// A row for each kernel, those with the most warp instructions first.
std::string kernel_rows(std::vector<Profile> profiles);

// With its own heading: a row for each source line of the kernels whose name holds `kernel`, in the order of
// the source.
std::string line_table(const std::vector<Profile>& profiles, std::string_view kernel);

}  // namespace triptych::ptx
