#pragma once
#include <string>

namespace triptych {

// The path of a module, a shared library that is opened at run time and never linked; empty: it is not there.
// Looked for beside the program and beside its folder (for test programs); in an installation in
// lib/triptych, which is found from bin/ or from the shared library that holds this code.
std::string find_module(const char* name);

std::string folder_of_program();

}  // namespace triptych
