#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "kernels/emulator/language.h"

// What host code asks of a GPU: its launches, copies and waits, in order.
namespace triptych::emulator {

struct LaunchRecord {
  std::string kernel;  // readable
  dim3 grid, block;
  std::size_t shared_bytes;  // static and dynamic

  std::size_t blocks() const { return std::size_t(grid.x) * grid.y * grid.z; }
  std::size_t warps() const { return blocks() * ((block.x * block.y * block.z + 31) / 32); }
};

struct LaunchLog {
  std::vector<LaunchRecord> launches;
  std::size_t copies_in = 0, copies_out = 0, copies_within = 0, fills = 0;
  std::size_t waits = 0;  // calls that block the host until a stream is idle
};

// While it lives, every launch, copy and wait of this process is entered into `log`. With `dry` no kernel is
// executed: a whole step of a large network is then counted in seconds. Copies and fills are, so that host
// code that reads back what it sent finds it; device memory that is allocated meanwhile holds `dry_byte`
// everywhere, so that host code that reads a result gets a finite number.
class Recording {
 public:
  explicit Recording(LaunchLog& log, bool dry = false);
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
};
inline constexpr int dry_byte = 0x3c;  // as a float 0.0115

// The current log, or null; whether nothing is executed.
LaunchLog* current_log();
bool is_dry();

}  // namespace triptych::emulator
