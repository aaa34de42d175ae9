#pragma once
#include "kernels/real.h"

// Sizes passed to kernels: plain data, independent of Tensor.
namespace triptych {

// A two-dimensional convolution over NHWC images, the same stride and zero padding on both axes.
//   w [kernel_height, kernel_width, in_channels, out_channels]: as a matrix, K x out_channels, one filter per
//      column
//   y  [batch, out_height(), out_width(), out_channels]
struct ConvolutionShape {
  Index batch, height, width, in_channels, out_channels;
  Index kernel_height, kernel_width, stride = 1, pad = 0;
  constexpr Index out_height() const { return (height + 2 * pad - kernel_height) / stride + 1; }
  constexpr Index out_width() const { return (width + 2 * pad - kernel_width) / stride + 1; }
  constexpr Index pixels() const { return batch * out_height() * out_width(); }  // M of the implicit GEMM
  // K of the implicit GEMM.
  constexpr Index patch() const { return kernel_height * kernel_width * in_channels; }
};

// Pooling windows over an NHWC image without padding: remaining rows and columns that fill no window are
// dropped.
//   x [batch, height, width, channels] -> y [batch, out_height(), out_width(), channels]
struct PoolShape {
  Index batch, height, width, channels;
  Index window_height = 2, window_width = 2, stride_height = 2, stride_width = 2;
  constexpr Index out_height() const { return (height - window_height) / stride_height + 1; }
  constexpr Index out_width() const { return (width - window_width) / stride_width + 1; }
};

// The patch grid of an image, partitioned into horizontal strips.
//   x [batch, rows, columns, channels] -> y [batch, strips, channels]
// Strip s covers the rows from floor(s * rows / strips) to ceil((s + 1) * rows / strips): adjacent strips
// share a row where `strips` does not divide `rows` (the usual "adaptive" pooling).
struct StripShape {
  Index batch, rows, columns, channels, strips;
  constexpr Index first_row(Index strip) const { return strip * rows / strips; }
  constexpr Index end_row(Index strip) const { return ((strip + 1) * rows + strips - 1) / strips; }
  constexpr Index patches() const { return rows * columns; }
};

// A recurrence of `steps` steps over a batch of sequences. All arrays are time-major: [steps, batch, ...].
// With `reverse` the sequence is read from its last step to its first.
struct RecurrentShape {
  Index steps, batch, hidden;
  bool reverse = false;
};

// Up to four axes and, for each array, the distance in memory (in elements) between neighbours along each
// axis. Stride 0 repeats an element along an axis (broadcasting). Unused axes come first, with size 1.
struct StridedShape {
  Index size[4] = {1, 1, 1, 1};
  Index a[4] = {0, 0, 0, 0};  // strides of the first array
  Index b[4] = {0, 0, 0, 0};  // strides of the second array
  constexpr Index elements() const { return size[0] * size[1] * size[2] * size[3]; }
};

// Selection along the middle axis of an array by an index: x [outer, axis, inner], index [count] of 0 ..
// axis - 1, y [outer, count, inner].
struct GatherShape {
  Index outer, axis, inner, count;
};

// Patches of images of one camera matched against those of another: see Kernels::patch_match_forward.
struct PatchMatchShape {
  Index queries, candidates, rows, columns, channels;
  Index reach = 1;  // a patch may match another whose grid row is at most `reach` away
  constexpr Index patches() const { return rows * columns; }
};

enum class Transpose : int { no, yes };
enum class Activation : int { identity, relu, tanh, sigmoid, gelu };
enum class BinaryOp : int { add, multiply, divide };
enum class Map : int { exp, log, sqrt, abs, power, clamp };
enum class RecurrentOutput : int { tanh, linear };

// An elementwise function: power x^a, clamp to [a, b], the others as their names say.
struct MapRule {
  Map map;
  Real a = 0, b = 0;
};

// The improved triplet loss of Cheng et al. 2016 on squared distances d:
//   hinge: max(0, d(a,p) - d(a,n) + margin) + beta * max(0, d(a,p) - ceiling)
//   soft margin: log(1 + exp(d(a,p) - d(a,n))) + beta * max(0, d(a,p) - ceiling) (Hermans et al. 2017)
struct TripletRule {
  Real margin = Real(0.3), ceiling = Real(0.3), beta = Real(0.1);
  bool soft_margin = false;
};

// Of all triplets (a, p, n) of an anchor, which are chosen by the anchor's row d of squared distances:
//   hard      the furthest positive with the nearest negative (Hermans et al. 2017)
//   semihard  for each positive the nearest negative that is further away than it, or, if there is none, the
//             furthest negative (Schroff et al. 2015)
// Of equal distances that of the smaller index.
enum class TripletChoice { hard, semihard };

// One of a list of arrays that a kernel takes in a single call.
struct ArraySlice {
  Real* data;
  Index size;
};

// One term of a weighted sum of arrays.
struct WeightedArray {
  const Real* data;
  Real weight;
};

// One parameter as the optimizers see it: its value, its gradient and its two moving averages (SGD ignores
// `second`). `decay` is the weight decay of this parameter: 0 for biases and norms.
struct ParameterSlice {
  Real* value;
  const Real* gradient;
  Real* first;
  Real* second;
  Index size;
  Real decay;
};

struct SgdRule {
  Real rate, momentum;
  bool nesterov = false;
};

// Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019). `step` counts from 1 and corrects the bias of
// the averages. Adam adds decay * value to the gradient; AdamW (`decoupled_decay`) subtracts rate * decay *
// value from the value instead.
struct AdamRule {
  Real rate, beta1 = Real(0.9), beta2 = Real(0.999), epsilon = Real(1e-8);
  Index step = 1;
  bool decoupled_decay = true;
};

}  // namespace triptych
