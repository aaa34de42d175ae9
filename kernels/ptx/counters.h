#pragma once
#include <cstdint>

#include "kernels/ptx/instruction.h"

namespace triptych::ptx {

// The cost of an instruction, a source line or a kernel.
struct Counts {
  std::uint64_t issued = 0;         // warp instructions, which occupy the schedulers of a GPU
  std::uint64_t threads = 0;        // thread instructions: 32 per warp instruction while all lanes are active
  std::uint64_t multiply_adds = 0;  // fma, of threads
  // Global memory: a request is one instruction of one warp, and transfers sectors of 32 bytes.
  std::uint64_t requests = 0, sectors = 0;
  std::uint64_t ideal_sectors = 0;  // if the requested bytes were contiguous
  // Shared memory: 32 banks, 4 bytes wide. A wavefront is one access to all banks, 128 bytes; accesses of 8
  // and 16 bytes per lane need at least 2 and 4.
  std::uint64_t shared_requests = 0, wavefronts = 0, ideal_wavefronts = 0;
  std::uint64_t shared_words = 0;  // different words, summed over requests: lanes that read one word share it

  std::uint64_t extra_wavefronts() const { return wavefronts - ideal_wavefronts; }  // bank conflicts
  Counts& operator+=(const Counts& other);
};

// Counts one request with these byte addresses, `bytes` per lane. Addresses of lanes outside `mask` are
// ignored.
void count_global(Counts& counts, const std::uint64_t* addresses, Mask mask, int bytes);
void count_shared(Counts& counts, const std::uint64_t* addresses, Mask mask, int bytes);

}  // namespace triptych::ptx
