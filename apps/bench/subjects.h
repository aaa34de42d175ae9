#pragma once
#include <string>
#include <vector>

#include "engine/optimizer.h"
#include "reid/options.h"

// The networks whose steps are measured.
namespace triptych::bench {

constexpr Index step_images = 96;  // in a training step

struct Subject {
  std::string name;  // what stands in the names of its figures: "", "tanh_", "default_"
  NetworkOptions options;
  bool is_reference() const { return name != "default_"; }
};
// The reference network with relu and with tanh, and the network that `train` trains when nothing else is
// said.
std::vector<Subject> subjects();

// The network that other frameworks can be asked for just as well (peers/reference_network.py is the same):
// three blocks of convolution 5x5, relu or tanh and max-pooling, each row of the map whole as a patch, a
// linear projection, an Elman recurrence down the rows, one maximum over the image; no batch norm.
NetworkOptions reference_network(Activation activation = Activation::relu);

// Floating-point operations on one image, a multiply-add being two; the passes between the products do not
// count. Training asks for each product three times, but not for the gradient by the image.
double forward_operations(const NetworkOptions& reference);
double training_operations(const NetworkOptions& reference);

}  // namespace triptych::bench
