#pragma once
#include <memory>
#include <vector>

#include "engine/communicator.h"
#include "engine/tape.h"
#include "kernels/batch_part.h"

namespace triptych {

// Bytes of one training step over all ranks: what is sent does not depend on their number, only who has it.
struct StepBytes {
  double statistics = 0;  // partial sums that every rank receives
  double gradients = 0;   // partial sums of gradients: each rank receives those of its share of the elements
  double gradient_sums = 0;  // ... and then the sums of all elements
  double features = 0;       // what whole_batch gathers
  Index exchanges = 0;       // calls, each of which costs the network's latency
};

// How the ranks of a communicator share the images of a training's batches, on the device cpu. Between the
// start of a step and whole_batch() each rank computes its own images alone, and sums over the batch are put
// together from the partial sums of chunks that the batch's shape fixes (kernels/batch_part.h). All that
// follows whole_batch(), and the loss with it, every rank computes for the whole batch, and so is backward
// down to there. So every rank ends each step with the same parameters, and they are those of one process.
//
// The first step is a plan: every rank computes it whole, and learns how far chunks reach.
//
//   split.begin(context);  forward, backward;  split.end(context);
class BatchSplit {
 public:
  BatchSplit(Communicator& ranks, Index images);
  BatchSplit(const BatchSplit&) = delete;
  BatchSplit& operator=(const BatchSplit&) = delete;

  void begin(Context& context);
  void end(Context& context);  // of a step; also after an exception

  Index images() const { return part_.images; }
  bool planned() const { return !part_.planning; }
  // The images that this rank computes, all while planning.
  Index first() const { return planned() ? part_.begin : 0; }
  Index last() const { return planned() ? part_.end : part_.images; }

  // Of the plan: how many images the busiest of so many ranks computes, those at its end that chunks reach
  // into among them.
  Index most_images(Index ranks) const;
  const StepBytes& bytes() const { return bytes_; }

 private:
  friend Variable whole_batch(const Variable& x);
  static void reach(void* self, Index first, Index end);
  static void gather(void* self, float* partials, const Index* first_chunk, Index chunks, Index floats);
  static void add_up(void* self, float* partials, const Index* first_chunk, Index chunks, Index floats);
  void gather_images(const Tensor& x);
  Index end_of(Index rank, Index ranks) const;

  Communicator& ranks_;
  std::vector<Index> first_image_;  // [ranks + 1]
  std::vector<Index> reach_;        // [images]: where the chunks that begin in an image end
  BatchPart part_;
  StepBytes bytes_;
  bool backward_ran_ = false;  // while planning
};

// From here on the ranks compute the whole batch: x [images, ...], of which each rank has its own images, is
// gathered from all of them in place; on devices other than cpu as gather_images does it
// (engine/image_split.h). Without a split it is x itself, and nothing is recorded.
Variable whole_batch(const Variable& x);

}  // namespace triptych
