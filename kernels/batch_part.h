#pragma once
#include <memory>

#include "kernels/real.h"

namespace triptych {

struct Context;
class Communicator;  // the engine's, as the next two; kernels only keep them
class DeviceSums;
class ImageSplit;

// The part of one process in the kernels' work on a batch that several processes compute together
// (engine/batch_split.h). Every array has the shape of the whole batch; only the images [begin, end) of it
// are valid here.
//
// What belongs to one image is computed where that image is. A sum over the batch is split into chunks, as
// ever, by its shape alone. The process that owns the image in which a chunk begins computes its partial sum,
// which needs the images that the chunk reaches into: `end` is beyond those. The partial sums are exchanged,
// and every process adds them in the order of the chunks. So the number of processes changes no bit of a
// result.
struct BatchPart {
  Index images = 0;           // of the whole batch
  Index begin = 0, end = 0;   // those that are computed here
  Index ranks = 1, rank = 0;  // processes, and which of them this one is
  const Index* first_image =
      nullptr;  // [ranks + 1]: process r owns the images first_image[r] ... [r + 1] - 1
  // The first step of a batch's size is computed whole by every process, which tells how far chunks reach and
  // how much is exchanged: nothing is.
  bool planning = false;

  void* data = nullptr;  // of the functions below
  // While planning: a chunk begins in image `first` and ends before image `end`.
  void (*reach)(void* data, Index first, Index end) = nullptr;
  // Partial sums [chunks][floats], of which this process has written those from first_chunk[rank] on, before
  // first_chunk[rank + 1]; afterwards it has all. first_chunk [ranks + 1] is null while planning.
  void (*gather)(void* data, float* partials, const Index* first_chunk, Index chunks, Index floats) = nullptr;
  // The same for many floats: afterwards the first `floats` are the sums of all chunks, added in their order.
  void (*add_up)(void* data, float* partials, const Index* first_chunk, Index chunks, Index floats) = nullptr;
};

// Context::shared: of one process of several.
struct SharedWork {
  std::shared_ptr<Communicator> ranks;
  const BatchPart* part = nullptr;   // device cpu; null: kernels compute whole batches
  std::shared_ptr<DeviceSums> sums;  // other devices: what the ranks' sums are added by
  ImageSplit* split = nullptr;       // ... and whose part of a batch arrays hold now; null: whole batches
};
// Not inline: the SIMD sources call it (kernels/cpu/isa.mk).
const BatchPart* batch_part(const Context& context);

}  // namespace triptych
