#pragma once
// Loops over the images of a batch, and sums over it, of which this process may compute a part alone
// (kernels/batch_part.h).
#include "kernels/batch_part.h"
#include "kernels/context.h"
#include "kernels/cpu/parallel.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

struct Items {
  Index begin, end;
  Index count() const { return end - begin; }
};

// Of `items`, the same number for each image of the batch, those that are computed here.
inline Items items_here(const Context& context, Index items) {
  const BatchPart* part = batch_part(context);
  if (!part || part->planning) return {0, items};
  const Index of_image = items / part->images;
  return {part->begin * of_image, part->end * of_image};
}

// parallel_for over the items that are computed here.
template <class Body>
void for_items_here(Context& context, Index items, Index work, Body body) {
  const Items here = items_here(context, items);
  parallel_for(context, here.count(), work, [&](Index item) { body(here.begin + item); });
}

// The chunks of a sum over the items of a batch. The caller's ScratchScope must outlive it.
struct Chunks {
  Context& context;
  Cut cut;
  Index begin, end;    // those whose partial sums are computed here
  const Index* first;  // [ranks + 1]: the first chunk of each process; null where this one computes all

  Chunks(Context& with, const Cut& chunks)
      : context(with), cut(chunks), begin(0), end(chunks.parts), first(nullptr) {
    const BatchPart* part = batch_part(context);
    if (!part) return;
    const Index of_image = cut.n / part->images;
    if (part->planning) {
      for (Index i = 0; i < cut.parts; ++i)
        part->reach(part->data, cut.begin(i) / of_image, (cut.begin(i + 1) - 1) / of_image + 1);
      return;
    }
    Index* starts = context.scratch.take<Index>(part->ranks + 1);
    for (Index r = 0; r <= part->ranks; ++r)
      starts[r] = divide_up(part->first_image[r] * of_image * cut.parts, cut.n);
    first = starts, begin = starts[part->rank], end = starts[part->rank + 1];
  }
  Index count() const { return end - begin; }

  // From the partial sums [chunks][floats] of the chunks computed here to all of them.
  void gather(float* partials, Index floats) const {
    const BatchPart* part = batch_part(context);
    if (part) part->gather(part->data, partials, first, cut.parts, floats);
  }
  // Exchanges what the sum over all chunks needs, and returns how many partial sums are left to be added:
  // all, or one, which is the sum already.
  Index add_up(float* partials, Index floats) const {
    const BatchPart* part = batch_part(context);
    if (part) part->add_up(part->data, partials, first, cut.parts, floats);
    return first ? 1 : cut.parts;
  }
};

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
