#pragma once
#include <cstdint>

#include "kernels/ptx/instruction.h"

namespace triptych::ptx {

// What an instruction, a source line or a kernel has cost.
struct Counts {
  std::uint64_t issued = 0;         // warp instructions: what the schedulers of a GPU are busy with
  std::uint64_t threads = 0;        // thread instructions: 32 to one above while no lane is switched off
  std::uint64_t multiply_adds = 0;  // fma, of threads
  // Global memory: a request is one instruction of one warp, and fetches sectors of 32 bytes.
  std::uint64_t requests = 0, sectors = 0;
  std::uint64_t ideal_sectors = 0;  // had the bytes that the lanes want been next to each other
  // Shared memory: 32 banks, 4 bytes wide. A wavefront is what they deliver at once; accesses of 8 and 16
  // bytes a lane need 2 and 4 at best, since a wavefront carries 128 bytes.
  std::uint64_t shared_requests = 0, wavefronts = 0, ideal_wavefronts = 0;

  std::uint64_t extra_wavefronts() const { return wavefronts - ideal_wavefronts; }  // bank conflicts
  Counts& operator+=(const Counts& other);
};

// One request with these byte addresses, `bytes` a lane. Addresses of lanes outside `mask` do not matter.
void count_global(Counts& counts, const std::uint64_t* addresses, Mask mask, int bytes);
void count_shared(Counts& counts, const std::uint64_t* addresses, Mask mask, int bytes);

}  // namespace triptych::ptx
