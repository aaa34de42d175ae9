#pragma once
#include <string>
#include <vector>

#include "engine/tensor.h"

namespace triptych {

// A trainable value and, after a backward pass, the gradient of the loss. A buffer (the running mean of a
// batch norm) is a parameter that is saved with the others but not trained.
struct Parameter {
  Tensor value;
  Tensor gradient;  // same shape; empty for a buffer
  bool trainable = true;
  bool decays = true;  // weight decay applies: true for weight matrices, false for biases and norms

  Parameter() = default;
  explicit Parameter(Tensor initial, bool decays_with_training = true)
      : value(std::move(initial)),
        gradient(Tensor::zeros(value.device(), value.shape())),
        decays(decays_with_training) {}
  static Parameter buffer(Tensor initial) {
    Parameter result;
    result.value = std::move(initial), result.trainable = false, result.decays = false;
    return result;
  }
};

// Parameters by their full names ("tier1.block2.convolution.weight"), in a fixed order: the interface to
// optimizers, checkpoints and reports. Layers list their own with a prefix; the pointers are valid as long as
// the layers.
struct NamedParameter {
  std::string name;
  Parameter* parameter;
};
using ParameterList = std::vector<NamedParameter>;

void clear_gradients(const ParameterList& parameters);
Index count_elements(const ParameterList& parameters);  // of the trainable ones

}  // namespace triptych
