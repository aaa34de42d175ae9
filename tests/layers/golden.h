#pragma once
#include <map>
#include <set>
#include <string>

#include "engine/parameter.h"
#include "engine/tape.h"

namespace triptych::testing {

// One case of tests/golden/golden.safetensors: inputs, and what an independent implementation makes of them.
// Tests run in the root of the repository. tests/golden/make_golden.py says what is in the file and makes it
// again.
class Golden {
 public:
  Golden(const Device& device, const std::string& name);  // "gru": the tensors "gru.x", "gru.y", ...

  const Tensor& operator[](const std::string& what);  // an Error when there is no such tensor

  // Fails the test unless `actual` is the tensor `what`: |actual - expected| <= tolerance * max |expected|.
  void matches(const std::string& what, const Tensor& actual);
  // Gives the parameters the case's values.
  void load(const ParameterList& parameters, const std::string& prefix = "");
  // Compares the gradients of the trainable ones with "gradient.<name>".
  void gradients_match(const ParameterList& parameters);
  // Fails the test when a tensor of this case was never asked for: a value that is never compared proves
  // nothing.
  void all_used() const;

 private:
  std::string name_;
  std::map<std::string, Tensor> tensors_;
  std::set<std::string> used_;
};

}  // namespace triptych::testing
