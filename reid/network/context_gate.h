#pragma once
#include <string>

#include "layers/convolution.h"
#include "layers/linear.h"
#include "reid/options.h"

namespace triptych {

// What hides a person is often another person: a patch by itself does not say whose it is. This part of the
// patch gate compares each place with its surroundings and with the image as a whole:
//
//   h = relu(conv 3x3(map)),  u = relu(conv 3x3(h)),  cells = the mean of u over each patch of the grid
//   logit = relu(cells A + mean(u) B + b) v
//
//   map [n, height, width, channels] -> logits [n, rows, columns], added to those of the linear gate
class ContextGate {
 public:
  ContextGate(const Device& device, Random random, const NetworkOptions& options);

  Variable operator()(const Variable& map);
  void list(const std::string& prefix, ParameterList& out);  // "first.weight", ..., "logit.bias"

 private:
  PoolWindow window_;
  Convolution2d first_, second_;
  Linear here_, everywhere_, logit_;
};

}  // namespace triptych
