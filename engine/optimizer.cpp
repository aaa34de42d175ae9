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
  require(!options.nesterov || options.kind == Kind::sgd,
          "nesterov is an option of sgd, not of adam or adamw");
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

namespace {

// |x| given sum x^2, which the device computed in Real: where that overflowed or vanished, in double on the
// host.
double norm_of(const Tensor& x, Real square) {
  if (square > Real(1e-30) && square < Real(1e37)) return std::sqrt(double(square));
  double largest = 0, sum = 0;
  const std::vector<Real> values = x.values();
  for (const Real value : values) {
    if (!std::isfinite(value)) return std::abs(double(value));  // NaN and infinity pass on
    largest = std::max(largest, std::abs(double(value)));
  }
  if (largest == 0) return 0;
  for (const Real value : values) sum += (value / largest) * (value / largest);
  return largest * std::sqrt(sum);
}

}  // namespace

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
  const std::vector<Real> square = squares.values();
  double sum = 0;
  for (const Real s : square) sum += s;
  double norm = std::sqrt(sum);
  if (!(sum > 1e-30 && sum < 1e37)) {
    norm = 0;
    for (std::size_t i = 0; i < gradients.size(); ++i)
      norm = std::hypot(norm, norm_of(*gradients[i], square[i]));
  }
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
