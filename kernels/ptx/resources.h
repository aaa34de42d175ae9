#pragma once
#include <map>
#include <string>

namespace triptych::ptx {

// What a kernel takes of a multiprocessor, as ptxas assigned it for one architecture.
struct Resources {
  int registers = 0;     // of each thread
  int shared_bytes = 0;  // static shared memory of each block
};

// By the mangled names of the kernels, for an architecture such as "sm_80", from the files NAME.ptxas that
// the Makefile puts into `folder` beside the PTX: the output of nvcc -Xptxas -v. Empty when this build has no
// machine code for that architecture.
std::map<std::string, Resources> resources(const std::string& folder, const std::string& architecture);

}  // namespace triptych::ptx
