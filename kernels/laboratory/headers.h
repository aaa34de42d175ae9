#pragma once
#include <span>
#include <string_view>

namespace triptych::laboratory {

// A header of the emulator that a learner's file is compiled with. The Makefile puts them into the program as
// text, so that it needs no other file wherever it is installed.
struct Header {
  std::string_view path, text;  // "kernels/emulator/language.h"
};
std::span<const Header> embedded_headers();

}  // namespace triptych::laboratory
