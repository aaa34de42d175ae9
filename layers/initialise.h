#pragma once
#include <limits>
#include <string>

#include "engine/random.h"
#include "engine/tensor.h"
#include "kernels/shapes.h"

namespace triptych {

// Initialisation of weights, by the usual names.
//
// A weight [..., in, out] has fan_in = the product of all axes but the last (the number of inputs that an
// output sums) and fan_out = receptive field * out (the number of outputs that an input contributes to). A
// sum of fan_in products preserves the variance of its inputs if every weight has variance 1 / fan_in; its
// gradient requires 1 / fan_out instead.
enum class Init {
  zeros,           // 0
  constant,        // scale
  uniform,         // U(-scale, scale)
  normal,          // N(0, scale^2)
  xavier_uniform,  // variance scale^2 * 2 / (fan_in + fan_out), a compromise (Glorot & Bengio 2010)
  xavier_normal,
  kaiming_uniform,  // variance scale^2 / fan_in, with scale = gain_of(activation) (He et al. 2015)
  kaiming_normal,
  orthogonal,  // scale * Q with orthonormal columns, or rows if there are fewer (Saxe et al. 2014)
  identity,    // scale * I: a recurrence that initially keeps its state (Le et al. 2015)
};

struct InitRule {
  Init scheme = Init::kaiming_uniform;
  double scale = 1;  // see Init
};

// The factor by which an activation reduces the standard deviation, to be compensated by the weights before
// it: sqrt(2) for relu and gelu, 5/3 for tanh, 1 for identity and sigmoid.
double gain_of(Activation activation);

// "xavier_uniform"; an unknown name is an Error that lists the known ones.
Init init_from_name(const std::string& name);
const char* name_of(Init scheme);

// A tensor of `shape` drawn from `random`: the same numbers on every device. A matrix of `blocks` > 1 is that
// many matrices [in, out / blocks] side by side, each initialised by itself: the gates of an LSTM. Schemes
// with fans and orthogonal need two axes or more, identity exactly two.
Tensor initialise(const Device& device, const Shape& shape, const InitRule& rule, Random random,
                  Index blocks = 1);

// While an object of this class exists, initialise() on this thread draws nothing and returns zeros: for
// layers whose weights are about to be read from a file. Drawing them takes longer than the inference of one
// image. Layers receive generators by value, so no other random value changes.
class WithoutDrawing {
 public:
  // Of at most so many weights in all: an Error, before they are allocated, when a file's metadata describe a
  // network that is larger than its tensors.
  explicit WithoutDrawing(Index most_weights = std::numeric_limits<Index>::max());
  ~WithoutDrawing();
  WithoutDrawing(const WithoutDrawing&) = delete;
  WithoutDrawing& operator=(const WithoutDrawing&) = delete;

 private:
  bool before_;
  Index budget_before_;
};

}  // namespace triptych
