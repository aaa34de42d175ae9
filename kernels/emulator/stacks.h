#pragma once
#include <vector>

#include "kernels/emulator/fiber.h"

namespace triptych::emulator {

// The stacks of the fibers of one OS thread, each with a guard page below it.
class Stacks {
 public:
  // A GPU thread has at most 512 KiB of local memory, but a kernel that keeps more than 64 KiB in arrays is a
  // mistake.
#if defined(TRIPTYCH_ADDRESS_SANITIZER) || defined(TRIPTYCH_THREAD_SANITIZER)
  static constexpr std::size_t bytes = 256 << 10;  // instrumented frames are larger
#else
  static constexpr std::size_t bytes = 64 << 10;
#endif
  static constexpr std::size_t guard = 16 << 10;

  Stacks() = default;
  ~Stacks();
  Stacks(const Stacks&) = delete;
  Stacks& operator=(const Stacks&) = delete;

  Stack take();
  void give_back(const Stack& stack) {
    free_.push_back(stack);
  }
  // Whether the address is in a guard page below one of these stacks.
  bool is_overflow(const void* address) const;

 private:
  std::vector<Stack> free_;
  std::vector<char*> mapped_;  // each starts with the guard pages
};

}  // namespace triptych::emulator
