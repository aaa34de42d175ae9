#include "engine/parameter.h"

#include "engine/error.h"
#include "kernels/kernels.h"

namespace triptych {

// References follow the content: those of the old content of *this become invalid.
Parameter& Parameter::operator=(Parameter&& other) noexcept {
  if (this == &other) return *this;
  leave();
  value = std::move(other.value), gradient = std::move(other.gradient);
  trainable = other.trainable, decays = other.decays;
  place_ = std::move(other.place_);
  if (place_) *place_ = this;
  return *this;
}

Parameter Parameter::copy() const {
  Parameter result;
  if (value) result.value = value.copy();
  if (gradient) result.gradient = gradient.copy();
  result.trainable = trainable, result.decays = decays;
  return result;
}

void ParameterReference::fail_gone() {
  fail(
      "a list of parameters refers to one that no longer exists: its layer was destroyed or replaced; keep "
      "the layer, and list its parameters anew");
}

void clear_gradients(const ParameterList& parameters) {
  std::vector<ArraySlice> gradients;
  Device device;
  for (const auto& [name, parameter] : parameters) {
    if (!parameter->trainable) continue;
    device = parameter->gradient.device();
    parameter->gradient.wrote();
    gradients.push_back({parameter->gradient.real(), parameter->gradient.elements()});
  }
  if (device)
    device.kernels().clear_all(device.context(), static_cast<Index>(gradients.size()), gradients.data());
}

Index count_elements(const ParameterList& parameters) {
  Index sum = 0;
  for (const auto& [name, parameter] : parameters)
    if (parameter->trainable) sum += parameter->value.elements();
  return sum;
}

}  // namespace triptych
