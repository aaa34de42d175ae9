#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/parameter.h"

namespace triptych {

// Gradient descent over a list of parameters. `step` uses the gradients that backward stored in the
// parameters, without changing them; call clear_gradients before the next backward.
class Optimizer {
 public:
  enum class Kind { sgd, adam, adamw };
  struct Options {
    Kind kind = Kind::adamw;
    double rate = 1e-3;                                 // of step() without one
    double momentum = 0.9;                              // sgd
    bool nesterov = false;                              // sgd
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;  // adam, adamw
    double decay = 1e-2;                                // weight decay, for parameters that decay
  };

  Optimizer(const ParameterList& parameters, const Options& options);

  void step() { step(options_.rate); }
  void step(double rate);  // finite and at least 0
  Index steps() const { return steps_; }

  // Moving averages by "<parameter>.first" and ".second", and the step count: the optimizer's part of a
  // checkpoint.
  std::map<std::string, Tensor> state() const;
  void restore(const std::map<std::string, Tensor>& state, Index steps);

 private:
  struct Moments {
    Tensor first, second;
  };
  ParameterList parameters_;
  Options options_;
  std::vector<Moments> moments_;
  Index steps_ = 0;
};

// The global L2 norm of all gradients; if it exceeds `largest` (> 0), every gradient is scaled by largest /
// norm. Returns the norm before scaling.
double clip_gradients(const ParameterList& parameters, double largest);

// The same without waiting for the device: the norms before scaling stay there. That of gradient i is
// parts[1, i] sqrt(parts[0, i]) (Kernels::clip).
struct GradientNorms {
  std::vector<std::string> names;  // of the trainable parameters that have a gradient
  Tensor parts;                    // [2, names.size()]; empty when there is none
};
GradientNorms clip_on_device(const ParameterList& parameters, double largest);
double total_norm(std::span<const Real> parts);  // of all gradients, from what was read of `parts`

// Linear warm-up over `warmup` steps, then one of: constant; a half cosine down to 0 at `total`; a factor 0.1
// at each third of `total`.
struct Schedule {
  enum class Kind { constant, cosine, step };
  Kind kind = Kind::cosine;
  double rate = 1e-3;
  Index warmup = 0, total = 1;
  double at(Index step) const;  // step counts from 0
};

}  // namespace triptych
