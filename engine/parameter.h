#pragma once
#include <memory>
#include <string>
#include <vector>

#include "engine/tensor.h"

namespace triptych {

// A trainable value and, after a backward pass, the gradient of the loss. A buffer (the running mean of a
// batch norm) is a parameter that is saved with the others but not trained.
//
// A parameter, and so a layer, is moved and never copied: a copy would share its storage, and train with the
// original in silence. `copy` makes one with storage of its own.
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
  Parameter copy() const;

  Parameter(Parameter&& other) noexcept { *this = std::move(other); }
  Parameter& operator=(Parameter&& other) noexcept;
  ~Parameter() { leave(); }

 private:
  friend class ParameterReference;
  void leave() noexcept {
    if (place_) *place_ = nullptr;
  }
  std::shared_ptr<Parameter*>
      place_;  // where this parameter is, for those that refer to it; made by the first
};

// Refers to a parameter wherever it is moved, as when a vector of layers grows. Use after the parameter has
// been destroyed or replaced is an Error.
class ParameterReference {
 public:
  ParameterReference(Parameter* parameter) {  // NOLINT: takes the place of a pointer
    if (!parameter->place_) parameter->place_ = std::make_shared<Parameter*>(parameter);
    place_ = parameter->place_;
  }
  Parameter* get() const {
    if (!*place_) fail_gone();
    return *place_;
  }
  Parameter* operator->() const { return get(); }
  Parameter& operator*() const { return *get(); }
  operator Parameter*() const { return get(); }  // NOLINT

 private:
  [[noreturn]] static void fail_gone();
  std::shared_ptr<Parameter*> place_;
};

// Parameters by their full names ("tier1.block2.convolution.weight"), in a fixed order: the interface to
// optimizers, checkpoints and reports. Layers list their own with a prefix, and must outlive the use of the
// list.
struct NamedParameter {
  std::string name;
  ParameterReference parameter;
};
using ParameterList = std::vector<NamedParameter>;

void clear_gradients(const ParameterList& parameters);
Index count_elements(const ParameterList& parameters);  // of the trainable ones

}  // namespace triptych
