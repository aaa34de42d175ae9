#pragma once
#include <memory>
#include <string>

#include "layers/attention.h"
#include "layers/recurrent.h"
#include "reid/options.h"

namespace triptych {

// After tier 3: the frames of a sequence become one descriptor. x_t [S, D] is what tier 3 has pooled of frame
// t, a vector for each strip; all strips share the weights, and stay apart.
//
//   mean       y = mean_t x_t                          no weights; the order of the frames plays no part
//   max        y = max_t x_t                           likewise
//   rnn        y = mean_t (x_t + o_t),  o_t = W_i x_t + W_s r_{t-1} + b,  r_t = tanh(o_t)
//   attention  y = mean_t (x_t + sum_u a_tu v_u)       four heads, no positions: likewise
//
// rnn is the recurrence of McLaughlin et al. 2016 and its temporal pooling, with x_t added: so training
// begins near the mean, and has to learn only what the order of the frames tells beyond it.
class TemporalTier {
 public:
  TemporalTier(const Device& device, Random random, Temporal kind, Index strips, Index width);

  // x [n frames, S D], frame t of sequence i in row i frames + t -> [n, S D]
  Variable operator()(const Variable& x, Index frames);
  void list(const std::string& prefix, ParameterList& out);

 private:
  Temporal kind_;
  Index strips_, width_;
  std::unique_ptr<Recurrent> recurrence_;
  std::unique_ptr<MultiHeadAttention> attention_;
};

}  // namespace triptych
