#pragma once
#include <cstdint>
#include <string>

// Options from the environment, read once; tests set the fields themselves.
//
//   TRIPTYCH_EMULATOR_ORDER=forward | reverse | random:SEED
//       the order of blocks, and of threads between barriers
//   TRIPTYCH_EMULATOR_ORDER=fuzz:N
//       every launch N times (forward, reverse, random, ...) from the same memory: results that differ in
//       a bit are a race
//   TRIPTYCH_EMULATOR_WATCH=1
//       a shadow of memory: each access of a kernel is checked, and a race found in any order (slower; every
//       launch runs once, also with fuzz:N)
//   TRIPTYCH_EMULATOR_STREAMS=SEED
//       copies and launches wait in their streams until somebody waits for them, and then run in a random
//       legal order; 0: at once
//   TRIPTYCH_EMULATOR_THREADS=N
//       OS threads that run blocks; 1 runs everything on the calling thread (for gdb)
//   TRIPTYCH_EMULATOR_PROTECT=1
//       the host cannot access device memory between launches
//   TRIPTYCH_EMULATOR_DEVICES=N
//       the number of GPUs that the machine seems to have [2]; they share one memory
//   TRIPTYCH_EMULATOR_DROP=FILE:LINE
//       ignore the __syncthreads() there, to see which tests fail
namespace triptych::emulator {

struct Order {
  enum class Kind { forward, reverse, random } kind = Kind::forward;
  std::uint64_t seed = 1;
};

struct Options {
  Order order;
  int schedules = 1;  // per launch; more than 1 compares them
  std::uint64_t stream_seed = 0;
  int os_threads = 1;
  int devices = 2;
  bool protect = false;
  bool watch = false;
  std::string drop_file;  // a suffix of the path
  int drop_line = 0;      // 0: none
};

Options& options();
// Throws Fault, with the valid values, when the text is not an order.
void set_order(Options& options, const std::string& text);

}  // namespace triptych::emulator
