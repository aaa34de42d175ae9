#pragma once
#include <string>
#include <vector>

#include "engine/op_examples.h"

namespace triptych {

// An op with a correct forward and a backward that has one typical mistake. They show what a wrong gradient
// looks like (`triptych gradcheck --break relu`), and the tests of the gradient check require that it finds
// every one of them.
struct WrongOp {
  std::string op;       // the op that it should be
  std::string mistake;  // in one sentence: what backward does, and what would be correct
  OpExample right;      // the correct op
  // The wrong one, with the same inputs.
  std::function<Variable(const std::vector<Variable>&)> function;
};

std::vector<WrongOp> wrong_ops(const Device& device, const Random& random);

}  // namespace triptych
