#pragma once
#include <string>
#include <vector>

// Programs of the machine that the laboratory calls: the compiler, and nvcc where it is.
namespace triptych::laboratory {

struct Result {
  int status = 0;      // as a shell has it: 127 when there is no such program
  std::string output;  // both streams together
};
// Runs a program with these arguments (the first is its name, looked up in PATH) and waits for it.
Result run_tool(const std::vector<std::string>& command);

// The C++ compiler: the value of CXX, or g++. Empty when there is none that can announce accesses to memory,
// which g++ can; `why` then says in one sentence what is missing.
std::string find_compiler(std::string& why);
// nvcc of version 12 or newer: the value of NVCC, in PATH, or of NVIDIA's packages. Empty when there is none.
std::string find_nvcc(std::string& version);

}  // namespace triptych::laboratory
