#pragma once
#include <string>
#include <string_view>
#include <vector>

// Inline PTX of a learner's file: what the emulator knows of it becomes a call of a function there, such as
//
//   asm volatile("cp.async.wait_group %0;" :: "n"(1));     triptych::emulator::wait_for_groups(1)
//
// These are the instructions of tensor cores and asynchronous copies, which CUDA C++ has no names for.
namespace triptych::laboratory {

struct AssemblyOperand {
  std::string constraint;  // "=r", "+f", "l", "n"
  std::string expression;  // in C++
};

// `text`: the template, its string literals joined. Returns C++ for one statement without its semicolon; or
// nothing, with the instruction that is not known in `unknown`.
std::string translate_assembly(const std::string& text, const std::vector<AssemblyOperand>& operands,
                               std::string& unknown);

// Of a string literal, with its quotes: the characters that it stands for.
std::string characters_of(std::string_view literal);

}  // namespace triptych::laboratory
