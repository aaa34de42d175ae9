#include "kernels/host_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>

namespace triptych {

void* allocate_host(std::size_t bytes) {
  constexpr std::size_t cache_line = 64, huge_page = std::size_t(2) << 20;
  void* memory = nullptr;
  // Not std::aligned_alloc: it requires a size that is a multiple of the alignment.
  if (posix_memalign(&memory, bytes < huge_page ? cache_line : huge_page, std::max<std::size_t>(bytes, 1)) !=
      0)
    return nullptr;
  // Whole huge pages only: the unused remainder of a last one would be wasted memory.
  if (bytes >= huge_page) madvise(memory, bytes / huge_page * huge_page, MADV_HUGEPAGE);
  return memory;
}

}  // namespace triptych
