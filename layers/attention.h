#pragma once
#include "layers/linear.h"
#include "layers/module.h"

namespace triptych {

// softmax(q k^T / sqrt(d)) over the last axis, q and k [..., steps, d] -> [..., steps, steps]: row i holds
// the weights with which step i reads every step; they sum to 1 (to 0 in a row that the mask empties).
Variable attention_weights(const Variable& q, const Variable& k, const Tensor& mask = {});

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
                      const Tensor& mask);  // combined with the causal mask, if that is on
  Variable weights(const Variable& x, const Tensor& mask = {});  // [batch, heads, steps, steps]
  void list(const std::string& prefix, ParameterList& out);  // "query_key_value.weight", ..., "output.bias"

  Linear query_key_value;  // [width, 3 width]
  Linear output;           // [width, width]

 private:
  struct Heads {
    Variable q, k, v;  // [batch, heads, steps, d]
  };
  Heads project(const Variable& x);
  const Tensor& mask_for(const Variable& x, const Tensor& mask);

  Index heads_;
  bool causal_;
  Tensor causal_mask_;  // for the last sequence length
};

}  // namespace triptych
