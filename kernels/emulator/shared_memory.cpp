#include "kernels/emulator/shared_memory.h"

#include <cstdlib>
#include <cstring>

#ifdef TRIPTYCH_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace triptych::emulator {
namespace {

constexpr int nan_byte = 0xFF;

}  // namespace

char* allocate_dynamic_shared(std::size_t bytes) {
  constexpr std::size_t alignment = 128;
  const std::size_t rounded = (bytes + dynamic_shared_slack + alignment) / alignment * alignment;
  char* memory = static_cast<char*>(std::aligned_alloc(alignment, rounded));
  if (!memory) throw Fault("no memory for " + std::to_string(bytes) + " bytes of shared memory");
#ifdef TRIPTYCH_ADDRESS_SANITIZER
  ASAN_POISON_MEMORY_REGION(memory + bytes, rounded - bytes);
#endif
  return memory;
}

void forget(std::span<const SharedArray> arrays) {
  for (const SharedArray& array : arrays) std::memset(address_on_this_thread(array), nan_byte, array.bytes);
}

void forget(void* dynamic, std::size_t bytes) {
  std::memset(dynamic, nan_byte, bytes);
}

std::size_t static_shared_bytes(const Launch& launch) {
  std::size_t sum = 0;
  for (const SharedArray& array : shared_arrays_of(launch.name)) sum += array.bytes;
  return sum;
}

}  // namespace triptych::emulator
