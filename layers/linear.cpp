#include "layers/linear.h"

#include "engine/error.h"
#include "layers/listing.h"

namespace triptych {

Linear::Linear(const Device& device, Random random, Index in, Index out, const LinearOptions& options) {
  require(in >= 1 && out >= 1, "Linear: needs at least one input and one output, not {} and {}", in, out);
  weight = Parameter(initialise(device, {in, out}, options.weight, random, options.blocks));
  if (options.bias) bias = Parameter(Tensor::zeros(device, {out}), false);
}

Variable Linear::operator()(const Variable& x) {
  return bias.value ? linear(x, use(weight, x), use(bias, x)) : linear(x, use(weight, x));
}

void Linear::list(const std::string& prefix, ParameterList& out) {
  list_parameter(prefix, "weight", weight, out);
  list_parameter(prefix, "bias", bias, out);
}

}  // namespace triptych
