#include "reid/temporal/temporal_tier.h"

#include "engine/error.h"

namespace triptych {

TemporalTier::TemporalTier(const Device& device, Random random, Temporal kind, Index strips, Index width)
    : kind_(kind), strips_(strips), width_(width) {
  constexpr Index heads = 4;
  if (kind == Temporal::rnn)
    recurrence_ =
        std::make_unique<Recurrent>(device, random, width, width,
                                    RecurrentOptions{.cell = Cell::elman, .output = RecurrentOutput::linear});
  if (kind == Temporal::attention) {
    require(width % heads == 0, "--temporal attention has {} heads, among which {} dimensions do not divide",
            heads, width);
    attention_ = std::make_unique<MultiHeadAttention>(device, random, width, heads);
  }
}

Variable TemporalTier::operator()(const Variable& x, Index frames) {
  const Shape& s = x.shape();
  require(frames >= 1 && s.axes() == 2 && s[0] % frames == 0 && s[1] == strips_ * width_,
          "the temporal tier takes [sequences * {}, {}], not {}", frames, strips_ * width_, s.text());
  const Index n = s[0] / frames;
  const Variable by_frame = reshape(x, {n, frames, strips_ * width_});
  if (kind_ == Temporal::max) return max(by_frame, 1);
  Variable y = mean(by_frame, 1);
  const Variable by_strip = reshape(x, {n, frames, strips_, width_});
  if (recurrence_) {
    // Time-major: [frames, n S, D].
    const Variable steps = reshape(permute(by_strip, {1, 0, 2, 3}), {frames, n * strips_, width_});
    y = y + reshape(mean((*recurrence_)(steps), 0), y.shape());
  }
  if (attention_) {
    const Variable rows = reshape(permute(by_strip, {0, 2, 1, 3}), {n * strips_, frames, width_});
    y = y + reshape(mean((*attention_)(rows), 1), y.shape());
  }
  return y;
}

void TemporalTier::list(const std::string& prefix, ParameterList& out) {
  if (recurrence_) recurrence_->list(prefix + ".rnn", out);
  if (attention_) attention_->list(prefix + ".attention", out);
}

}  // namespace triptych
