#pragma once
#include <span>
#include <utility>
#include <vector>

#include "engine/tape.h"
#include "kernels/shapes.h"

// All differentiable operations. Each computes forward immediately and records its backward; ops/<family>.cpp
// has both, with the saved values, on one screen. Shapes that do not match are an Error that prints them.
namespace triptych {

// ---- ops/linear.cpp ---------------------------------------------------------------------------------------
// [..., m, k] x [..., k, n] -> [..., m, n]: one product per index of the leading axes, which broadcast.
Variable matmul(const Variable& a, const Variable& b);
// x [..., in] w [in, out] + bias [out] -> [..., out]; all leading axes are rows.
Variable linear(const Variable& x, const Variable& weight, const Variable& bias);
Variable linear(const Variable& x, const Variable& weight);
// d[i, j] = |x_i - y_j|^2: x [m, k], y [n, k] -> [m, n]
Variable pairwise_squared_distances(const Variable& x, const Variable& y);

// ---- ops/convolution.cpp ----------------------------------------------------------------------------------
struct Window {
  Index stride = 1, pad = 0;
  Index dilation = 1;  // from one tap of the kernel to the next, in pixels
  Index groups = 1;    // the channels are split into this many independent convolutions
};
// x [n, h, w, in], weight [kh, kw, in / groups, out], bias [out] (an empty Variable: none) ->
// [n, h', w', out], h' = (h + 2 pad - dilation (kh - 1) - 1) / stride + 1. groups = in is a depthwise
// convolution.
Variable convolution2d(const Variable& x, const Variable& weight, const Variable& bias, Window window);
// The same followed by the activation and 2x2 max-pooling, in one pass that never stores the full-resolution
// image.
Variable convolution2d_activation_pool(const Variable& x, const Variable& weight, const Variable& bias,
                                       Window window, Activation activation);

// ---- ops/pooling.cpp --------------------------------------------------------------------------------------
struct PoolWindow {
  Index height = 2, width = 2, stride_height = 2, stride_width = 2;
};
Variable max_pool2d(const Variable& x, PoolWindow window);  // [n, h, w, c] -> [n, h', w', c]
Variable average_pool2d(const Variable& x, PoolWindow window);
Variable global_max_pool(const Variable& x);  // [n, h, w, c] -> [n, c]
Variable global_average_pool(const Variable& x);
// x [n, rows, columns, c] -> [n, strips, c]: the maximum over the patches of each strip whose mask is 1.
// mask [n, rows, columns] of bytes.
Variable strip_max_pool(const Variable& x, const Tensor& mask, Index strips);
// The mean weighted by weight [n, rows, columns] >= 0, a constant.
Variable strip_mean_pool(const Variable& x, const Tensor& weight, Index strips);

// ---- ops/activation.cpp -----------------------------------------------------------------------------------
Variable activate(Activation kind, const Variable& x);
Variable relu(const Variable& x);
Variable tanh(const Variable& x);
Variable sigmoid(const Variable& x);
Variable gelu(const Variable& x);
Variable softplus(const Variable& x);  // log(1 + exp(x)), for x of any size
// Keeps each element with probability 1 - rate and scales it by 1 / (1 - rate). The mask is a function of
// (seed, stream).
Variable dropout(const Variable& x, Real rate, std::uint64_t seed, std::uint64_t stream);

// ---- ops/arithmetic.cpp: shapes broadcast as in NumPy (aligned at the last axis, size 1 repeats) ----------
Variable add(const Variable& a, const Variable& b);
Variable subtract(const Variable& a, const Variable& b);
Variable multiply(const Variable& a, const Variable& b);
Variable divide(const Variable& a, const Variable& b);
Variable scale(const Variable& x, Real factor);
// sum_i weights[i] terms[i], all of one shape: the parts of a loss, in one node.
Variable weighted_sum(std::span<const Variable> terms, std::span<const Real> weights);
// The same value, at which gradients stop. Also makes a constant of a value whose tape no longer exists: the
// hidden state of the last step, in truncated back-propagation through time.
Variable detach(const Variable& x);

inline Variable operator+(const Variable& a, const Variable& b) {
  return add(a, b);
}
inline Variable operator-(const Variable& a, const Variable& b) {
  return subtract(a, b);
}
inline Variable operator*(const Variable& a, const Variable& b) {
  return multiply(a, b);
}
inline Variable operator/(const Variable& a, const Variable& b) {
  return divide(a, b);
}
inline Variable operator-(const Variable& x) {
  return scale(x, -1);
}
Variable operator+(const Variable& a, Real b);
inline Variable operator+(Real a, const Variable& b) {
  return b + a;
}
inline Variable operator-(const Variable& a, Real b) {
  return a + -b;
}
inline Variable operator-(Real a, const Variable& b) {
  return -b + a;
}
inline Variable operator*(const Variable& a, Real b) {
  return scale(a, b);
}
inline Variable operator*(Real a, const Variable& b) {
  return scale(b, a);
}
inline Variable operator/(const Variable& a, Real b) {
  return scale(a, 1 / b);
}
Variable operator/(Real a, const Variable& b);

// ---- ops/map.cpp: number by number ------------------------------------------------------------------------
Variable exp(const Variable& x);
Variable log(const Variable& x);
Variable sqrt(const Variable& x);
Variable abs(const Variable& x);                         // derivative 0 at 0
Variable pow(const Variable& x, Real exponent);          // x^exponent, a constant
Variable clamp(const Variable& x, Real low, Real high);  // derivative 1 from low to high, 0 outside

// ---- ops/selection.cpp ------------------------------------------------------------------------------------
// Kernels read an index where it is, on the device. gather, scatter_add, embedding and pick read it on the
// host as well, and on a GPU wait for that copy. There each entry is checked, since one out of range would be
// a read or write of foreign memory and not an Error; and there its positions are sorted for the kernel
// scatter_add (which is also the backward of gather), whose sums thus have one order: no atomic additions,
// the same bits in every run.
// a where the mask (bytes) is not 0, b elsewhere; all three broadcast.
Variable where(const Tensor& mask, const Variable& a, const Variable& b);
// Along the last axis over the elements that the mask (bytes, broadcasts to x) allows; 0 for the others, and
// in a row without any.
Variable softmax(const Variable& x, const Tensor& mask);
// x[.., index[k], ..] along one axis: the axis is replaced by those of the index (int32).
Variable gather(const Variable& x, const Tensor& index, int axis = 0);
// y [size, ...] with y[index[k]] = the sum of the rows k of `rows` [n, ...] with that index; index
// int32 [n].
Variable scatter_add(const Variable& rows, const Tensor& index, Index size);
// Rows of a table [rows, columns]: index int32 [...] -> [..., columns].
Variable embedding(const Variable& table, const Tensor& index);
// Bytes [..., classes]: 1 at the class of each target (int32 [...]).
Tensor one_hot(const Tensor& target, Index classes);
// One element of each row: x [..., n], index int32 [...] -> [...].
Variable pick(const Variable& x, const Tensor& index);

// ---- ops/layout.cpp ---------------------------------------------------------------------------------------
Variable reshape(const Variable& x, const Shape& shape);  // shares the storage
Variable permute(const Variable& x,
                 std::initializer_list<int> axes);  // axis i of the result is axis axes[i] of x
Variable transpose(const Variable& x);              // of a matrix
Variable slice(const Variable& x, int axis, Index start, Index count);
Variable concatenate(std::span<const Variable> parts, int axis);
Variable concatenate(std::initializer_list<Variable> parts, int axis);
// Parts of one shape along a new axis at position `axis` of the result.
Variable stack(std::span<const Variable> parts, int axis);
Variable stack(std::initializer_list<Variable> parts, int axis);
// `before` and `after` further positions along the axis, filled with a constant.
Variable pad(const Variable& x, int axis, Index before, Index after, Real value = 0);

// ---- ops/reduction.cpp ------------------------------------------------------------------------------------
Variable sum(const Variable& x);  // over everything -> shape [1]
Variable mean(const Variable& x);
Variable sum(const Variable& x, int axis);  // the axis disappears
Variable mean(const Variable& x, int axis);
Variable max(const Variable& x, int axis);
// int32: the position of the maximum, the first one on a tie; the axis disappears. A constant.
Tensor argmax(const Tensor& x, int axis);
Variable log_sum_exp(const Variable& x);  // log sum_j exp(x_j) along the last axis, which disappears

// ---- ops/normalisation.cpp --------------------------------------------------------------------------------
// Each row along the last axis to length 1, however large or small its elements: y = x / max(|x|, epsilon). A
// row of zeros stays zeros, and its gradient is dy / epsilon.
Variable l2_normalise(const Variable& x, Real epsilon = Real(1e-12));
// Each row along the last axis to mean 0 and variance 1 (the biased one, plus epsilon); then times gamma plus
// beta [n] (Ba et al. 2016; ops/layer_norm.cpp).
Variable layer_norm(const Variable& x, Real epsilon = Real(1e-5));
Variable layer_norm(const Variable& x, const Variable& gamma, const Variable& beta,
                    Real epsilon = Real(1e-5));
struct BatchStatistics {
  Tensor mean, variance;  // [channels]; the variance is the biased one
};
// Over all axes but the last. Training: with the batch's own statistics, which are returned for the running
// mean.
Variable batch_norm(const Variable& x, const Variable& gamma, const Variable& beta, Real epsilon,
                    BatchStatistics& statistics);
// Inference: with given statistics, as constants.
Variable batch_norm_fixed(const Variable& x, const Variable& gamma, const Variable& beta, Real epsilon,
                          const BatchStatistics& statistics);
// Batch norm, activation and 2x2 max-pooling in one pass, x [n, h, w, c]; training and inference as above.
Variable batch_norm_activation_pool(const Variable& x, const Variable& gamma, const Variable& beta,
                                    Real epsilon, Activation activation, BatchStatistics& statistics);
Variable batch_norm_activation_pool_fixed(const Variable& x, const Variable& gamma, const Variable& beta,
                                          Real epsilon, Activation activation,
                                          const BatchStatistics& statistics);

// ---- ops/recurrence.cpp: time-major, x [steps, batch, gates * hidden] are the input projections -----------
Variable elman(const Variable& x, const Variable& weight, const Variable& bias, RecurrentOutput output,
               bool reverse);
Variable lstm(const Variable& x, const Variable& weight, const Variable& bias, bool reverse);
Variable gru(const Variable& x, const Variable& weight, const Variable& bias, bool reverse);

// ---- ops/loss.cpp -----------------------------------------------------------------------------------------
Variable softmax(const Variable& x);  // along the last axis
Variable log_softmax(const Variable& x);
// logits [..., classes], target int32 [...] -> loss [...]: -log softmax(logits)[target]
Variable cross_entropy(const Variable& logits, const Tensor& target);
// The same with label smoothing: the target distribution is 1 - smoothing at the target plus smoothing /
// classes everywhere (Szegedy et al. 2016). 0 <= smoothing <= 1.
Variable cross_entropy(const Variable& logits, const Tensor& target, Real smoothing);
// logits, target of the same shape -> loss of that shape; target in [0, 1], a constant
Variable binary_cross_entropy(const Variable& logits, const Tensor& target);
// distances [n, n] squared, triplets int32 [count, 3] sorted by anchor -> loss [count]
Variable triplet_loss(const Variable& distances, const Tensor& triplets, const TripletRule& rule);
// Which of them are active, d(a, p) - d(a, n) + margin > 0: [count], 1 / k for each of the k active ones, 0
// for the others. A constant, on the device: nothing waits for it.
Tensor active_triplets(const Tensor& distances, const Tensor& triplets, double margin);
// Which of them are chosen among all triplets of their anchor: [count], 1 or 0. A constant, as above.
Tensor chosen_triplets(const Tensor& distances, const Tensor& triplets, TripletChoice choice);

// ---- ops/patches.cpp --------------------------------------------------------------------------------------
// Query patches x [q, rows, columns, c], candidates y [k, rows, columns, c] -> [q, rows, columns, k]: the
// largest dot product of each query patch with a patch of candidate k at most `reach` grid rows away.
Variable patch_match(const Variable& x, const Variable& y, Index reach = 1);

}  // namespace triptych
