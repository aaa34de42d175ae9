#pragma once
#include <string>

#include "engine/ops.h"
#include "layers/initialise.h"

namespace triptych {

struct LinearOptions {
  bool bias = true;
  InitRule weight = {Init::xavier_uniform};
  Index blocks = 1;  // of the weight's initialisation: see initialise()
};

// y = x w + b: [..., in] -> [..., out]. The bias is initially 0.
class Linear {
 public:
  Linear(const Device& device, Random random, Index in, Index out, const LinearOptions& options = {});

  Variable operator()(const Variable& x);
  void list(const std::string& prefix, ParameterList& out);  // "weight", "bias"

  Parameter weight;  // [in, out]
  Parameter bias;    // [out]; without a value when options.bias is false
};

}  // namespace triptych
