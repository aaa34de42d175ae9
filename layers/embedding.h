#pragma once
#include "layers/initialise.h"
#include "layers/module.h"

namespace triptych {

// A vector for each of `rows` symbols, drawn from N(0, 1): int32 [...] -> [..., columns].
class Embedding {
 public:
  Embedding(const Device& device, Random random, Index rows, Index columns) {
    require(rows >= 1 && columns >= 1, "Embedding: needs at least one row and one column, not {} and {}",
            rows, columns);
    weight = Parameter(initialise(device, {rows, columns}, {Init::normal, 1}, random));
  }

  // On a tape the result is on that tape; without one it is a constant.
  Variable operator()(const Tensor& symbols, Tape* tape = nullptr) {
    return embedding(tape ? tape->parameter(weight) : Variable(weight.value), symbols);
  }
  void list(const std::string& prefix, ParameterList& out) { list_parameter(prefix, "weight", weight, out); }

  Parameter weight;  // [rows, columns]
};

}  // namespace triptych
