#pragma once
#include <CLI/CLI.hpp>

namespace triptych {

// `triptych gradcheck`: compares the backward of every op with differences of its forward, in double
// precision.
void add_gradcheck(CLI::App& program);

}  // namespace triptych
