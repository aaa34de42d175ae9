#pragma once
#include <string>

#include "kernels/ptx/module.h"

namespace triptych::ptx {

// Parses a PTX text; `name` is its name in messages. Throws Fault, with the line, where it is not PTX as nvcc
// writes it.
Module parse(std::string text, std::string name);
Module parse_file(const std::string& path);

}  // namespace triptych::ptx
