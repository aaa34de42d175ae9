#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "kernels/context.h"
#include "kernels/reference/reference.h"

// The reference device is the processor, so its memory is ordinary memory.
namespace triptych::reference {

void* allocate(Context&, std::size_t bytes) {
  constexpr std::size_t alignment = Scratch::alignment;
  const std::size_t lines = std::max<std::size_t>(1, bytes / alignment + (bytes % alignment != 0));
  return lines > SIZE_MAX / alignment ? nullptr : std::aligned_alloc(alignment, lines * alignment);
}

void release(Context&, void* memory) {
  std::free(memory);
}

// A tensor without elements may have a null pointer, which memcpy must not receive even for 0 bytes.
void copy(Context&, void* to, const void* from, std::size_t bytes) {
  if (bytes) std::memcpy(to, from, bytes);
}

void copy_in(Context& context, void* device, const void* host, std::size_t bytes) {
  copy(context, device, host, bytes);
}

void copy_out(Context& context, void* host, const void* device, std::size_t bytes) {
  copy(context, host, device, bytes);
}

void fill(Context&, Index n, Real value, Real* x) {
  std::fill_n(x, n, value);
}

void clear_all(Context& context, Index count, const ArraySlice* arrays) {
  for (Index i = 0; i < count; ++i) fill(context, arrays[i].size, 0, arrays[i].data);
}

void* queue(Context&) {
  return nullptr;
}
void synchronise(Context&) {}  // kernels are synchronous

}  // namespace triptych::reference
