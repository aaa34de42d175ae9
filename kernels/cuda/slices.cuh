#pragma once
// One launch over a list of arrays: a network has a hundred small parameters, and one launch for each would
// take longer than the work.
//
// The arrays are split into chunks of 1024 elements, one block per chunk. Each call copies the list to the
// card, asynchronously through pinned memory; a block finds its array by binary search over the first chunks.
//
//   arrays   [ conv1.weight      ][bias][ conv2.weight                ] ...
//   chunks   | 0 | 1 | 2 | 3 | 4 |  5   | 6 | 7 | ...
//   first    0                    5      6                              ...
#include <cstring>

#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"

namespace triptych::cuda {

inline constexpr int chunk_elements = 1024;

// Slice has a member `size`: ArraySlice or ParameterSlice.
template <class Slice>
struct SliceTable {
  const Slice* slices;
  const Index* first_chunk;  // [count + 1]
  int count;
};

// The slice whose chunks include `chunk`.
template <class Slice>
__device__ inline int slice_of(const SliceTable<Slice>& table, Index chunk) {
  int low = 0, high = table.count - 1;
  while (low < high) {
    const int middle = low + (high - low + 1) / 2;
    if (table.first_chunk[middle] <= chunk)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

// Calls update(slice, i) for every element of this block's chunk.
template <class Slice, class Update>
__device__ inline void for_chunk(const SliceTable<Slice>& table, const Update& update) {
  const int at = slice_of(table, blockIdx.x);
  const Slice slice = table.slices[at];
  const Index begin = (blockIdx.x - table.first_chunk[at]) * chunk_elements;
  for (Index i = begin + threadIdx.x; i < begin + chunk_elements && i < slice.size; i += blockDim.x)
    update(slice, i);
}

// A table in scratch memory, and the number of its chunks: the grid of a launch over it.
template <class Slice>
struct SentTable {
  SliceTable<Slice> table = {};
  Index chunks = 0;

  SentTable(Context& context, Workspace& scratch, Index count, const Slice* slices) {
    const std::size_t slice_bytes = static_cast<std::size_t>(count) * sizeof(Slice);
    std::vector<Index> first_chunk;
    for (Index s = 0; s < count; ++s) {
      first_chunk.push_back(chunks);
      chunks += divide_up(slices[s].size, chunk_elements);
    }
    first_chunk.push_back(chunks);
    // One copy for both: the slices, and behind them the chunks.
    static_assert(sizeof(Slice) % sizeof(Index) == 0);
    std::vector<std::byte> host(slice_bytes + first_chunk.size() * sizeof(Index));
    if (count > 0) std::memcpy(host.data(), slices, slice_bytes);
    std::memcpy(host.data() + slice_bytes, first_chunk.data(), first_chunk.size() * sizeof(Index));
    auto* memory = scratch.take<std::byte>(static_cast<Index>(host.size()));
    if (failed(context)) return;
    send(context, memory, host.data(), host.size());
    table = {reinterpret_cast<const Slice*>(memory), reinterpret_cast<const Index*>(memory + slice_bytes),
             static_cast<int>(count)};
  }
};

// Launches kernel(table, arguments...) with a block for each chunk.
template <class Slice, class... Parameters, class... Arguments>
void start_chunks(Context& context, const char* name, void (*kernel)(SliceTable<Slice>, Parameters...),
                  const SentTable<Slice>& sent, const Arguments&... arguments) {
  if (sent.chunks > 0 && !failed(context))
    start(context, name, kernel, dim3(static_cast<unsigned>(sent.chunks)), dim3(block_threads), sent.table,
          arguments...);
}

}  // namespace triptych::cuda
