#pragma once
#include <string>
#include <vector>

#include "engine/op_examples.h"

namespace triptych {

// An op with a right forward and a backward that is wrong in one way, each a mistake that people do make. For
// those who want to see what a wrong gradient looks like (`triptych gradcheck --break relu`), and for the
// tests of the gradient check, which must find every one of them.
struct WrongOp {
  std::string op;       // the op that it should be
  std::string mistake;  // in one sentence: what backward does, and what would be right
  OpExample right;      // the op as it is
  // ... and the wrong one, with the same inputs.
  std::function<Variable(const std::vector<Variable>&)> function;
};

std::vector<WrongOp> wrong_ops(const Device& device, const Random& random);

}  // namespace triptych
