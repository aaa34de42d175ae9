#pragma once
#include <functional>
#include <string>
#include <vector>

#include "engine/random.h"
#include "engine/tape.h"

namespace triptych {

// One description of an op, small enough for numerical differentiation, with shapes odd enough to expose a
// forgotten border. It serves the tests, `triptych gradcheck` and readers who want to see how an op is
// called.
struct OpExample {
  std::string name;     // "convolution2d", or "convolution2d (stride 2)" for another call of the same op
  std::string formula;  // in one line; an op's first example has the general one
  std::function<Variable(const std::vector<Variable>&)> function;  // pure
  std::vector<Tensor> inputs;

  std::string op() const { return name.substr(0, name.find(" (")); }
};

// Every op of engine/ops.h at least once (detach, whose gradient is wrong on purpose, aside), with inputs
// drawn from `random`: the same numbers on every device.
std::vector<OpExample> op_examples(const Device& device, const Random& random);

// The formula of an op, from its first example; empty for leaves (input, parameter).
std::string op_formula(const std::string& op);

}  // namespace triptych
