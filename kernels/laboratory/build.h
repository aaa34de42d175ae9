#pragma once
#include <string>

#include "kernels/laboratory/source.h"

namespace triptych::laboratory {

// Compiles a rewritten program with g++ into a shared library in `folder`, which holds the headers and
// sources that it is made from, and returns its path. Throws std::runtime_error with the first error in one
// sentence, which names the learner's line.
std::string build_library(const Program& program, const std::string& folder, const std::string& compiler);

// Has nvcc make PTX of the learner's own file, in `folder`, and returns its path. Throws the same.
std::string build_ptx(const std::string& path, const std::string& folder, const std::string& nvcc);

}  // namespace triptych::laboratory
