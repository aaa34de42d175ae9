#include "kernels/emulator/stacks.h"

#include <sys/mman.h>

#include "kernels/emulator/executor.h"

namespace triptych::emulator {

Stack Stacks::take() {
  if (!free_.empty()) {
    const Stack stack = free_.back();
    free_.pop_back();
    return stack;
  }
  void* memory = mmap(nullptr, guard + bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory, guard, PROT_NONE) != 0)
    throw Fault("no memory for the stacks of the GPU threads: TRIPTYCH_EMULATOR_THREADS=1 needs fewer");
  char* low = static_cast<char*>(memory) + guard;
  // The tops are staggered by a few cache lines; otherwise the most used lines of all stacks would map to the
  // same sets of L1.
  const std::size_t stagger = mapped_.size() % 61 * 192;
  mapped_.push_back(static_cast<char*>(memory));
  return {low, low + bytes - stagger};
}

bool Stacks::is_overflow(const void* address) const {
  const char* at = static_cast<const char*>(address);
  for (const char* start : mapped_)
    if (at >= start && at < start + guard) return true;
  return false;
}

Stacks::~Stacks() {
  for (char* start : mapped_) munmap(start, guard + bytes);
}

}  // namespace triptych::emulator
