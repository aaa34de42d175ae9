#include "layers/attention.h"

#include <cmath>

namespace triptych {

Variable attention_weights(const Variable& q, const Variable& k, const Tensor& mask) {
  const int axes = k.shape().axes();
  require(axes == 3 || axes == 4, "attention takes q, k and v of three or four axes, not {}",
          k.shape().text());
  const Variable transposed = axes == 3 ? permute(k, {0, 2, 1}) : permute(k, {0, 1, 3, 2});
  const Variable scores = matmul(scale(q, 1 / std::sqrt(static_cast<Real>(q.shape().last()))), transposed);
  return mask ? softmax(scores, mask) : softmax(scores);
}

Variable attention(const Variable& q, const Variable& k, const Variable& v, const Tensor& mask) {
  return matmul(attention_weights(q, k, mask), v);
}

Tensor causal_mask(const Device& device, Index steps) {
  std::vector<std::uint8_t> allowed(static_cast<std::size_t>(steps * steps));
  for (Index i = 0; i < steps; ++i)
    for (Index j = 0; j <= i; ++j) allowed[static_cast<std::size_t>(i * steps + j)] = 1;
  return Tensor::from(device, {steps, steps}, std::span<const std::uint8_t>(allowed));
}

MultiHeadAttention::MultiHeadAttention(const Device& device, Random random, Index width, Index heads,
                                       bool causal)
    : query_key_value(device, random.split(0), width, 3 * width, {.blocks = 3}),
      output(device, random.split(1), width, width),
      heads_(heads),
      causal_(causal) {
  require(heads >= 1 && width % heads == 0, "MultiHeadAttention: {} features do not divide among {} heads",
          width, heads);
}

MultiHeadAttention::Heads MultiHeadAttention::project(const Variable& x) {
  require(x.shape().axes() == 3, "MultiHeadAttention takes x [batch, steps, width], not {}",
          x.shape().text());
  const Index batch = x.shape()[0], steps = x.shape()[1], width = x.shape()[2], d = width / heads_;
  // [batch, steps, 3 width] -> [3, batch, heads, steps, d]
  const Variable all = permute(reshape(query_key_value(x), {batch, steps, 3, heads_, d}), {2, 0, 3, 1, 4});
  const auto part = [&](Index i) { return reshape(slice(all, 0, i, 1), {batch, heads_, steps, d}); };
  return {part(0), part(1), part(2)};
}

const Tensor& MultiHeadAttention::mask_for(const Variable& x, const Tensor& mask) {
  require(!mask || !causal_, "MultiHeadAttention: a causal one takes no further mask");
  if (!causal_) return mask;
  const Index steps = x.shape()[1];
  if (!causal_mask_ || causal_mask_.shape()[0] != steps) causal_mask_ = causal_mask(x.device(), steps);
  return causal_mask_;
}

Variable MultiHeadAttention::operator()(const Variable& x, const Tensor& mask) {
  const Heads heads = project(x);
  const Variable y = attention(heads.q, heads.k, heads.v, mask_for(x, mask));
  return output(reshape(permute(y, {0, 2, 1, 3}), x.shape()));
}

Variable MultiHeadAttention::weights(const Variable& x, const Tensor& mask) {
  const Heads heads = project(x);
  return attention_weights(heads.q, heads.k, mask_for(x, mask));
}

void MultiHeadAttention::list(const std::string& prefix, ParameterList& out) {
  query_key_value.list(join_names(prefix, "query_key_value"), out);
  output.list(join_names(prefix, "output"), out);
}

}  // namespace triptych
