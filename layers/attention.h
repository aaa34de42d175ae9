#pragma once
#include "layers/linear.h"
#include "layers/module.h"

namespace triptych {

// softmax(q k^T / sqrt(d)) v over the last two axes [..., steps, d]; `mask` (bytes, broadcasts to
// [..., steps, steps]) selects the steps (columns) that each step (row) attends to. An empty mask selects
// all. (Vaswani et al. 2017)
Variable attention(const Variable& q, const Variable& k, const Variable& v, const Tensor& mask = {});

// Step i attends to the steps up to i: bytes [steps, steps].
Tensor causal_mask(const Device& device, Index steps);

// `heads` parallel attentions, each over width / heads of the features: x [batch, steps, width] -> the
// same shape.
class MultiHeadAttention {
 public:
  MultiHeadAttention(const Device& device, Random random, Index width, Index heads, bool causal = false);

  Variable operator()(const Variable& x) { return (*this)(x, {}); }
  Variable operator()(const Variable& x,
                      const Tensor& mask);                   // combined with the causal mask, if that is on
  void list(const std::string& prefix, ParameterList& out);  // "query_key_value.weight", ..., "output.bias"

  Linear query_key_value;  // [width, 3 width]
  Linear output;           // [width, width]

 private:
  Index heads_;
  bool causal_;
  Tensor causal_mask_;  // for the last sequence length
};

}  // namespace triptych
