#include "engine/optimizer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "engine/error.h"

namespace triptych {

Optimizer::Optimizer(const ParameterList& parameters, const Options& options) : options_(options) {
  require(options.momentum >= 0 && options.momentum < 1,
          "the momentum must be from 0 up to, but not including, 1, not {}", options.momentum);
  require(options.beta1 >= 0 && options.beta1 < 1 && options.beta2 >= 0 && options.beta2 < 1,
          "beta1 and beta2 must be from 0 up to, but not including, 1, not {} and {}", options.beta1,
          options.beta2);
  require(options.epsilon > 0 && options.decay >= 0,
          "epsilon must be above 0 and the weight decay at least 0, not {} and {}", options.epsilon,
          options.decay);
  std::set<std::string> names;
  for (const NamedParameter& named : parameters) {
    if (!named.parameter->trainable) continue;
    require(names.insert(named.name).second, "two parameters have the name '{}'", named.name);
    const Tensor& value = named.parameter->value;
    parameters_.push_back(named);
    moments_.push_back({Tensor::zeros(value.device(), value.shape()),
                        options.kind == Kind::sgd ? Tensor() : Tensor::zeros(value.device(), value.shape())});
  }
}

void Optimizer::step(double rate) {
  ++steps_;
  if (parameters_.empty()) return;
  std::vector<ParameterSlice> slices;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = *parameters_[i].parameter;
    slices.push_back({parameter.value.real(), parameter.gradient.real(), moments_[i].first.real(),
                      moments_[i].second ? moments_[i].second.real() : nullptr, parameter.value.elements(),
                      static_cast<Real>(parameter.decays ? options_.decay : 0)});
  }
  const Device& device = parameters_[0].parameter->value.device();
  const Index count = static_cast<Index>(slices.size());
  if (options_.kind == Kind::sgd) {
    const SgdRule rule{static_cast<Real>(rate), static_cast<Real>(options_.momentum), options_.nesterov};
    device.kernels().sgd(device.context(), rule, count, slices.data());
  } else {
    const AdamRule rule{static_cast<Real>(rate),
                        static_cast<Real>(options_.beta1),
                        static_cast<Real>(options_.beta2),
                        static_cast<Real>(options_.epsilon),
                        steps_,
                        options_.kind == Kind::adamw};
    device.kernels().adam(device.context(), rule, count, slices.data());
  }
}

std::map<std::string, Tensor> Optimizer::state() const {
  std::map<std::string, Tensor> result;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    result[parameters_[i].name + ".first"] = moments_[i].first;
    if (moments_[i].second) result[parameters_[i].name + ".second"] = moments_[i].second;
  }
  return result;
}

void Optimizer::restore(const std::map<std::string, Tensor>& state, Index steps) {
  const std::map<std::string, Tensor> own = this->state();
  for (const auto& [name, moment] : own) {  // all are checked before the first is overwritten
    const auto found = state.find(name);
    require(found != state.end(),
            "the optimizer's state lacks '{}'; it was saved by another network or optimizer", name);
    require(found->second.shape() == moment.shape(),
            "the optimizer's state '{}' has shape {}, the parameter {}", name, found->second.shape().text(),
            moment.shape().text());
  }
  for (const auto& [name, moment] : own) moment.copy_from(state.at(name));
  steps_ = steps;
}

double clip_gradients(const ParameterList& parameters, double largest) {
  require(largest > 0, "gradients are clipped to a norm above 0, not to {}", largest);
  std::vector<const Tensor*> gradients;
  for (const auto& [name, parameter] : parameters)
    if (parameter->trainable && parameter->gradient) gradients.push_back(&parameter->gradient);
  if (gradients.empty()) return 0;
  const Device& device = gradients[0]->device();
  const Tensor squares(device, Shape{static_cast<Index>(gradients.size())});
  for (std::size_t i = 0; i < gradients.size(); ++i)
    device.kernels().squared_norm(device.context(), gradients[i]->elements(), gradients[i]->real(),
                                  squares.real() + i);
  double sum = 0;
  for (const Real square : squares.values()) sum += square;
  const double norm = std::sqrt(sum);
  if (norm > largest)  // false for NaN: the caller sees it in the norm
    for (const Tensor* gradient : gradients)
      device.kernels().scale(device.context(), gradient->elements(), static_cast<Real>(largest / norm),
                             gradient->real());
  return norm;
}

double Schedule::at(Index step) const {
  if (step < warmup) return rate * static_cast<double>(step + 1) / static_cast<double>(warmup);
  switch (kind) {
    case Kind::constant:
      return rate;
    case Kind::cosine: {
      const double rest = static_cast<double>(std::max<Index>(1, total - warmup));
      const double progress = std::min(1.0, static_cast<double>(step - warmup) / rest);
      return rate * (1 + std::cos(std::numbers::pi * progress)) / 2;
    }
    case Kind::step: {
      const Index third = std::min<Index>(2, 3 * step / std::max<Index>(1, total));
      return rate * std::pow(0.1, static_cast<double>(third));
    }
  }
  fail("there is no schedule with the number {}", static_cast<int>(kind));
}

}  // namespace triptych
