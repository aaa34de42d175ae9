#pragma once
#include <string>

#include "kernels/ptx/interpreter.h"

// The device `ptx`: the host code of kernels/cuda with this interpreter instead of the emulator's fibers.
namespace triptych::ptx {

// The folder with the .ptx files that nvcc made of kernels/cuda: ptx/ beside the program or beside its
// folder, or the value of the environment variable TRIPTYCH_PTX. Empty when there is none: the program was
// built without nvcc.
std::string find_folder();

// The interpreter that executes launches of the device, with all kernels of that folder loaded. The first
// call reads them and registers the interpreter with the emulator (kernels/emulator/executor.h). Throws Fault
// when a file cannot be read.
Interpreter& device_interpreter();

// The same for the PTX of a learner's file alone, which may have variables of the program that was loaded
// with it (kernels/emulator/symbols.h): they keep their addresses.
Interpreter& open_learners(const std::string& file);
Interpreter& learners_interpreter();

}  // namespace triptych::ptx
