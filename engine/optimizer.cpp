#include "engine/optimizer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "engine/error.h"
#include "kernels/kernels.h"

namespace triptych {

Optimizer::Optimizer(const ParameterList& parameters, const Options& options) : options_(options) {
  require(options.momentum >= 0 && options.momentum < 1,
          "the momentum must be from 0 up to, but not including, 1, not {}", options.momentum);
  require(options.beta1 >= 0 && options.beta1 < 1 && options.beta2 >= 0 && options.beta2 < 1,
          "beta1 and beta2 must be from 0 up to, but not including, 1, not {} and {}", options.beta1,
          options.beta2);
  require(std::isfinite(options.rate) && options.rate >= 0, "the rate must be finite and at least 0, not {}",
          options.rate);
  // What is set and never read would be a mistake that goes unnoticed.
  constexpr Options usual;
  require(options.kind == Kind::sgd || (!options.nesterov && options.momentum == usual.momentum),
          "momentum and nesterov are options of sgd, not of adam or adamw, which have beta1");
  require(options.kind != Kind::sgd || (options.beta1 == usual.beta1 && options.beta2 == usual.beta2 &&
                                        options.epsilon == usual.epsilon),
          "beta1, beta2 and epsilon are options of adam and adamw, not of sgd, which has momentum");
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
  require(std::isfinite(rate) && rate >= 0, "an optimizer steps with a finite rate of 0 or more, not {}",
          rate);
  ++steps_;
  if (parameters_.empty()) return;
  std::vector<ParameterSlice> slices;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = *parameters_[i].parameter;
    require(parameter.gradient && parameter.value.shape() == moments_[i].first.shape(),
            "the optimizer was made for a parameter '{}' of shape {}, which now has shape {}{}; make another "
            "optimizer",
            parameters_[i].name, moments_[i].first.shape().text(), parameter.value.shape().text(),
            parameter.gradient ? "" : " and no gradient");
    parameter.value.wrote();
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

GradientNorms clip_on_device(const ParameterList& parameters, double largest) {
  require(largest > 0, "gradients are clipped to a norm above 0, not to {}", largest);
  GradientNorms norms;
  std::vector<ArraySlice> gradients;
  Device device;
  for (const auto& [name, parameter] : parameters) {
    if (!parameter->trainable || !parameter->gradient) continue;
    norms.names.push_back(name);
    gradients.push_back({parameter->gradient.real(), parameter->gradient.elements()});
    device = parameter->gradient.device();
  }
  if (gradients.empty()) return norms;
  const Index count = static_cast<Index>(gradients.size());
  norms.parts = Tensor(device, {2, count});
  device.kernels().clip(device.context(), largest, count, gradients.data(), norms.parts.real(),
                        norms.parts.real() + count);
  return norms;
}

double total_norm(std::span<const Real> parts) {
  const auto square = parts.first(parts.size() / 2), unit = parts.last(parts.size() / 2);
  double sum = 0;
  for (const Real s : square) sum += s;
  if (sum > 1e-30 && sum < 1e37 && std::ranges::all_of(unit, [](Real u) { return u == 1; }))
    return std::sqrt(sum);
  double norm = 0;
  for (std::size_t i = 0; i < square.size(); ++i)
    norm = std::hypot(norm, double(unit[i]) * std::sqrt(double(square[i])));
  return norm;
}

double clip_gradients(const ParameterList& parameters, double largest) {
  const GradientNorms norms = clip_on_device(parameters, largest);
  return norms.parts ? total_norm(norms.parts.values()) : 0;
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
