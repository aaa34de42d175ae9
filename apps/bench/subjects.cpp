#include "apps/bench/subjects.h"

#include <initializer_list>

namespace triptych::bench {
namespace {

double products(std::initializer_list<Index> factors) {
  double operations = 2;
  for (const Index factor : factors) operations *= static_cast<double>(factor);
  return operations;
}

double first_convolution(const NetworkOptions& n) {
  return products({n.crop_height, n.crop_width, n.kernel, n.kernel, 3, n.channels.front()});
}

}  // namespace

std::vector<Subject> subjects() {
  return {{"", reference_network()},
          {"tanh_", reference_network(Activation::tanh)},
          {"default_", NetworkOptions{}}};
}

NetworkOptions reference_network(Activation activation) {
  NetworkOptions options;
  options.activation = activation;
  options.patches = Patches::rows;
  options.batch_norm = false;
  options.strips = 1;
  return options;
}

double forward_operations(const NetworkOptions& n) {
  double sum = 0;
  Index height = n.crop_height, width = n.crop_width, in = 3;
  for (const Index out : n.channels) {
    sum += products({height, width, n.kernel, n.kernel, in, out});
    height /= 2, width /= 2, in = out;
  }
  sum += products({height, width * in, n.hidden});          // the projection of each row
  return sum + 2 * products({height, n.hidden, n.hidden});  // each step reads its row and its state
}

double training_operations(const NetworkOptions& n) {
  return 3 * forward_operations(n) - first_convolution(n);
}

}  // namespace triptych::bench
