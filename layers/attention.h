#pragma once
#include "layers/linear.h"
#include "layers/module.h"

namespace triptych {

// softmax(q k^T / sqrt(d)) v over the last two axes [..., steps, d]; `mask` (bytes, broadcasts to
// [..., steps, steps]) says what each step (row) may look at (columns). An empty mask allows all. (Vaswani et
// al. 2017)
Variable attention(const Variable& q, const Variable& k, const Variable& v, const Tensor& mask = {});

// Step i may look at the steps up to i: bytes [steps, steps].
Tensor causal_mask(const Device& device, Index steps);

// `heads` attentions side by side, each over width / heads of the features: x [batch, steps, width] -> the
// same shape.
class MultiHeadAttention {
 public:
  MultiHeadAttention(const Device& device, Random random, Index width, Index heads, bool causal = false);

  Variable operator()(const Variable& x) { return (*this)(x, {}); }
  Variable operator()(const Variable& x,
                      const Tensor& mask);                   // together with the causal one, where that is on
  void list(const std::string& prefix, ParameterList& out);  // "query_key_value.weight", ..., "output.bias"

  Linear query_key_value;  // [width, 3 width]
  Linear output;           // [width, width]

 private:
  Index heads_;
  bool causal_;
  Tensor causal_mask_;  // of the length seen last
};

}  // namespace triptych
