#pragma once
#include <cstdint>
#include <map>
#include <string_view>

#include "kernels/emulator/executor.h"

namespace triptych::emulator {

// Every kernel of kernels/cuda in this program, by its mangled name, with the number of its launches on an
// engine so far: what the tests reach.
std::map<std::string_view, std::uint64_t> launches(Engine engine);

// submit.cpp: one more.
void count_launch(Engine engine, std::string_view kernel);

}  // namespace triptych::emulator
