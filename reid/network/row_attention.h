#pragma once
#include <string>

#include "layers/attention.h"
#include "layers/layer_norm.h"

namespace triptych {

// Self-attention over the rows of the patch grid, in place of the recurrence: every row reads every other row
// of its column, above and below, in one step.
//
//   y = x + attention(layer_norm(x) + position)          x, y [sequences, rows, D]
//
// Attention itself does not know in which order the rows stand: permuting x permutes y. `position` tells it,
// with the sinusoids of Vaswani et al. 2017. The norm keeps the scores in the range in which softmax has a
// gradient, and the residual branch passes x on unchanged (Xiong et al. 2020: "pre-norm").
class RowAttention {
 public:
  RowAttention(const Device& device, Random random, Index rows, Index width);

  Variable operator()(const Variable& x);
  Tensor weights(const Variable& x);  // [sequences, heads, rows, rows]: how much row i reads of row j
  void list(const std::string& prefix, ParameterList& out);  // "norm.gamma", ..., "output.bias"

 private:
  Variable positioned(const Variable& x);

  LayerNorm norm_;
  MultiHeadAttention attention_;
  Tensor position_;  // [rows, D]
};

// 4 heads, or the 2 or 1 into which the width divides.
Index attention_heads(Index width);

// p[r, 2i] = sin(r / 10000^(2i / width)), p[r, 2i + 1] = cos of the same: [rows, width].
Tensor sinusoidal_positions(const Device& device, Index rows, Index width);

}  // namespace triptych
