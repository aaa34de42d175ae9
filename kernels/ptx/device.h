#pragma once
#include <string>

#include "kernels/ptx/interpreter.h"

// The device `ptx`: the host code of kernels/cuda with this folder's interpreter in the place of the
// emulator's fibers.
namespace triptych::ptx {

// The folder with the .ptx files that nvcc made of kernels/cuda: ptx/ beside the program or beside the folder
// it is in, or the one that the environment variable TRIPTYCH_PTX names. Empty when there is none: the
// program was built without nvcc.
std::string find_folder();

// The interpreter that executes launches of the device, with all kernels of that folder loaded. The first
// call reads them and makes the interpreter known to the emulator (kernels/emulator/executor.h). Throws Fault
// when a file cannot be read.
Interpreter& device_interpreter();

}  // namespace triptych::ptx
