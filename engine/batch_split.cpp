#include "engine/batch_split.h"

#include <algorithm>
#include <cstring>

#include "engine/error.h"
#include "engine/image_split.h"
#include "kernels/context.h"

namespace triptych {
namespace {

void set_part(Context& context, const BatchPart* part) {
  require(context.shared != nullptr, "a batch is split on a device that is one of several ranks");
  context.shared->part = part;
}

}  // namespace

BatchSplit::BatchSplit(Communicator& ranks, Index images)
    : ranks_(ranks), reach_(static_cast<std::size_t>(images)) {
  for (Index r = 0; r <= ranks.ranks(); ++r) first_image_.push_back(first_of_rank(images, r, ranks.ranks()));
  part_.images = images;
  part_.ranks = ranks.ranks(), part_.rank = ranks.rank();
  part_.first_image = first_image_.data();
  part_.planning = true;
  part_.data = this;
  part_.reach = reach, part_.gather = gather, part_.add_up = add_up;
  for (std::size_t i = 0; i < reach_.size(); ++i) reach_[i] = static_cast<Index>(i) + 1;
}

void BatchSplit::begin(Context& context) {
  set_part(context, &part_);
  if (part_.planning) bytes_ = {}, backward_ran_ = false;
}

void BatchSplit::end(Context& context) {
  set_part(context, nullptr);
  if (!backward_ran_ || !part_.planning) return;
  part_.planning = false;
  part_.begin = first_image_[static_cast<std::size_t>(part_.rank)];
  part_.end = end_of(part_.rank, part_.ranks);
}

// A rank without images of its own has no chunk.
Index BatchSplit::end_of(Index rank, Index ranks) const {
  const Index begin = first_of_rank(part_.images, rank, ranks),
              end = first_of_rank(part_.images, rank + 1, ranks);
  return begin == end ? end : *std::max_element(reach_.begin() + begin, reach_.begin() + end);
}

Index BatchSplit::most_images(Index ranks) const {
  Index most = 0;
  for (Index r = 0; r < ranks; ++r)
    most = std::max(most, end_of(r, ranks) - first_of_rank(part_.images, r, ranks));
  return most;
}

void BatchSplit::reach(void* self, Index first, Index end) {
  Index& furthest = static_cast<BatchSplit*>(self)->reach_[static_cast<std::size_t>(first)];
  furthest = std::max(furthest, end);
}

namespace {

std::vector<Index> in_bytes(const Index* starts, Index count, Index size) {
  std::vector<Index> bytes;
  for (Index i = 0; i < count; ++i) bytes.push_back(starts[i] * size);
  return bytes;
}

}  // namespace

void BatchSplit::gather(void* self, float* partials, const Index* first_chunk, Index chunks, Index floats) {
  BatchSplit& split = *static_cast<BatchSplit*>(self);
  const Index size = floats * static_cast<Index>(sizeof(float));
  if (split.part_.planning) {
    split.bytes_.statistics += static_cast<double>(chunks * size);
    ++split.bytes_.exchanges;
    return;
  }
  split.ranks_.all_gather(Traffic::statistics, partials, in_bytes(first_chunk, split.part_.ranks + 1, size));
}

// Rank r adds up a share of the elements, [r floats / ranks, (r + 1) floats / ranks), of all chunks, for
// which it needs that share of every chunk; then the sums are gathered. To gather the chunks themselves would
// send as many times more as there are ranks.
void BatchSplit::add_up(void* self, float* partials, const Index* first_chunk, Index chunks, Index floats) {
  BatchSplit& split = *static_cast<BatchSplit*>(self);
  constexpr auto size = static_cast<Index>(sizeof(float));
  if (split.part_.planning) {
    split.bytes_.gradients += static_cast<double>(chunks * floats * size);
    split.bytes_.gradient_sums += static_cast<double>(floats * size);
    split.bytes_.exchanges += 2;
    return;
  }
  const Index ranks = split.part_.ranks, rank = split.part_.rank;
  const auto share = [&](Index r) { return first_of_rank(floats, r, ranks); };
  const Index own = first_chunk[rank + 1] - first_chunk[rank], mine = share(rank + 1) - share(rank);
  std::vector<float> sent(static_cast<std::size_t>(own * floats)),
      received(static_cast<std::size_t>(chunks * mine));
  std::vector<Index> sends, receives, shares;
  for (Index r = 0; r <= ranks; ++r) {
    sends.push_back(own * share(r) * size);
    receives.push_back(first_chunk[r] * mine * size);
    shares.push_back(share(r) * size);
  }
  float* to = sent.data();  // [ranks][own chunks][share]
  for (Index r = 0; r < ranks; ++r)
    for (Index chunk = first_chunk[rank]; chunk < first_chunk[rank + 1]; ++chunk)
      to = std::copy(partials + chunk * floats + share(r), partials + chunk * floats + share(r + 1), to);
  split.ranks_.exchange(Traffic::gradients, sent.data(), sends, received.data(), receives);
  float* sum = partials + share(rank);
  std::copy_n(received.data(), mine, sum);
  for (Index chunk = 1; chunk < chunks; ++chunk)
    for (Index i = 0; i < mine; ++i) sum[i] = sum[i] + received[static_cast<std::size_t>(chunk * mine + i)];
  split.ranks_.all_gather(Traffic::gradients, partials, shares);
}

void BatchSplit::gather_images(const Tensor& x) {
  const Index image = x.elements() / part_.images * static_cast<Index>(sizeof(Real));
  if (part_.planning) {
    bytes_.features += static_cast<double>(x.elements()) * sizeof(Real);
    ++bytes_.exchanges;
    return;
  }
  ranks_.all_gather(Traffic::features, x.real(), in_bytes(first_image_.data(), part_.ranks + 1, image));
}

Variable whole_batch(const Variable& x) {
  if (ImageSplit* images = image_split(x.device())) return gather_images(x, *images);
  Context& context = x.device().context();
  const BatchPart* part = batch_part(context);
  if (!part) return x;
  require(x.shape()[0] == part->images, "a batch of {} images was split, not one of shape {}", part->images,
          x.shape().text());
  static_cast<BatchSplit*>(part->data)->gather_images(x.value);
  set_part(context, nullptr);
  // y = x, wherever it was computed. Backward has dx of the whole batch, and goes on with the images of this
  // rank.
  return record("whole_batch", {&x}, x.value, [part](const BackwardStep& step) {
    step.pass_gradient_on(0);
    set_part(step.context(), part);
    static_cast<BatchSplit*>(part->data)->backward_ran_ = true;
  });
}

}  // namespace triptych
