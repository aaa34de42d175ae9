#include "reid/network/context_gate.h"

#include "reid/network/recurrent_tier.h"

namespace triptych {
namespace {

constexpr Index width = 32;

ConvolutionOptions three_by_three() {
  ConvolutionOptions options;
  options.kernel_height = options.kernel_width = 3;
  options.window = {1, 1};
  return options;
}

LinearOptions without_bias() {
  LinearOptions options;
  options.bias = false;
  return options;
}

}  // namespace

ContextGate::ContextGate(const Device& device, Random random, const NetworkOptions& options)
    : window_(grid_window(options)),
      first_(device, random.split(0), options.channels.back(), width, three_by_three()),
      second_(device, random.split(1), width, width, three_by_three()),
      here_(device, random.split(2), width, width),
      everywhere_(device, random.split(3), width, width, without_bias()),
      logit_(device, random.split(4), width, 1) {}

Variable ContextGate::operator()(const Variable& map) {
  const Variable u = relu(second_(relu(first_(map))));
  const Variable cells = average_pool2d(u, window_);
  const Shape& s = cells.shape();
  const Variable whole = reshape(everywhere_(global_average_pool(u)), {s[0], 1, 1, width});
  return reshape(logit_(relu(add(here_(cells), whole))), {s[0], s[1], s[2]});
}

void ContextGate::list(const std::string& prefix, ParameterList& out) {
  first_.list(prefix + ".first", out);
  second_.list(prefix + ".second", out);
  here_.list(prefix + ".here", out);
  everywhere_.list(prefix + ".everywhere", out);
  logit_.list(prefix + ".logit", out);
}

}  // namespace triptych
