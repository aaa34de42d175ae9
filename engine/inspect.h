#pragma once
#include <string>

#include "engine/tape.h"

namespace triptych {

// A tape as a table: one line per node with its number, op, inputs, output shape, bytes, whether it has a
// gradient and, with Tape::profile, both times; the sums follow. Parameters listed in `names` are shown by
// name.
std::string tape_table(const Tape& tape, const ParameterList& names = {});
// The same as a graph for `dot`; edges without a gradient are dashed.
std::string tape_graphviz(const Tape& tape, const ParameterList& names = {});
// Time by op name, most expensive first, forward and backward, with its share of the total. Needs
// Tape::profile.
std::string tape_profile(const Tape& tape);

// "conv2d", or "parameter tier1.block1.norm.gamma".
std::string node_name(const Tape::Node& node, const ParameterList& names);

// Summary statistics of an array. NaN and infinities are counted, and excluded from the others.
struct Statistics {
  Index elements = 0, nonfinite = 0, zeros = 0;
  double least = 0, mean = 0, largest = 0;
  double norm = 0;  // sqrt(sum of squares)

  std::string text()
      const;  // "min -0.1  mean 0.2  max 1.5  norm 7.3  zeros 42%", and "NaN or inf: 3" if there are any
};
Statistics statistics(const Tensor& values);

}  // namespace triptych
