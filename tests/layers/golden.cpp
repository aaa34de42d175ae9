#include "tests/layers/golden.h"

#include "engine/error.h"
#include "engine/safetensors.h"
#include "tests/layers/helpers.h"

namespace triptych::testing {
namespace {

// The file's values are rounded to float once. In float, sums of a few hundred terms and their backward: a
// few dozen roundings. A wrong formula is off by far more.
constexpr double tolerance = sizeof(Real) == 8 ? 2e-7 : 1e-5;

double largest(const Tensor& tensor) {
  double result = 0;
  for (const Real value : tensor.values()) result = std::max(result, std::abs(double(value)));
  return result;
}

}  // namespace

Golden::Golden(const Device& device, const std::string& name) : name_(name) {
  for (const auto& [full, tensor] : load_tensors("tests/golden/golden.safetensors", device).tensors)
    if (full.starts_with(name + ".")) tensors_[full.substr(name.size() + 1)] = tensor;
}

const Tensor& Golden::operator[](const std::string& what) {
  const auto found = tensors_.find(what);
  require(found != tensors_.end(), "tests/golden/golden.safetensors has no tensor {}.{}: run make_golden.py",
          name_, what);
  used_.insert(what);
  return found->second;
}

void Golden::matches(const std::string& what, const Tensor& actual) {
  INFO(name_ << "." << what << " on " << actual.device().name());
  const Tensor& expected = (*this)[what];
  CHECK(largest_difference(actual, expected) <= tolerance * largest(expected));
}

void Golden::load(const ParameterList& parameters, const std::string& prefix) {
  for (const NamedParameter& named : parameters)
    named.parameter->value.copy_from((*this)[prefix + named.name]);
}

void Golden::gradients_match(const ParameterList& parameters) {
  for (const NamedParameter& named : parameters)
    if (named.parameter->trainable) matches("gradient." + named.name, named.parameter->gradient);
}

void Golden::all_used() const {
  for (const auto& [what, tensor] : tensors_) {
    INFO(name_ << "." << what);
    CHECK(used_.contains(what));
  }
}

}  // namespace triptych::testing
