#include "layers/recurrent.h"

#include <vector>

#include "engine/error.h"
#include "layers/listing.h"

namespace triptych {
namespace {

// [i f g o] = 0 but for the forget gate's quarter.
Tensor lstm_bias(const Device& device, Index hidden, double forget) {
  std::vector<Real> values(static_cast<std::size_t>(4 * hidden), Real(0));
  for (Index j = hidden; j < 2 * hidden; ++j) values[static_cast<std::size_t>(j)] = static_cast<Real>(forget);
  return Tensor::from(device, {4 * hidden}, values);
}

Recurrent::Direction make_direction(const Device& device, Random random, Index in, Index hidden,
                                    const RecurrentOptions& options) {
  const Index gates = gates_of(options.cell);
  const LinearOptions input = {options.cell == Cell::gru, options.input_weight, gates};
  Tensor weight =
      initialise(device, {hidden, gates * hidden}, options.recurrent_weight, random.split(1), gates);
  Tensor bias = options.cell == Cell::lstm ? lstm_bias(device, hidden, options.forget_bias.value_or(1))
                                           : Tensor::zeros(device, {gates * hidden});
  return {Linear(device, random.split(0), in, gates * hidden, input), Parameter(weight),
          Parameter(bias, false)};
}

}  // namespace

Cell cell_from_name(const std::string& name) {
  if (name == "elman") return Cell::elman;
  if (name == "gru") return Cell::gru;
  if (name == "lstm") return Cell::lstm;
  fail("unknown recurrent cell '{}': choose one of elman, gru, lstm", name);
}

Index gates_of(Cell cell) {
  return cell == Cell::elman ? 1 : cell == Cell::gru ? 3 : 4;
}

Recurrent::Recurrent(const Device& device, Random random, Index in, Index hidden,
                     const RecurrentOptions& options)
    : hidden_(hidden), options_(options) {
  require(in >= 1 && hidden >= 1, "Recurrent: needs at least one input and one hidden unit, not {} and {}",
          in, hidden);
  require(options.cell == Cell::elman || options.output == RecurrentOutput::tanh,
          "Recurrent: the linear output is a choice of the Elman cell alone");
  require(options.cell == Cell::lstm || !options.forget_bias,
          "Recurrent: forget_bias is an option of the LSTM alone; other cells have no forget gate");
  for (std::uint64_t direction = 0; direction < (options.bidirectional ? 2 : 1); ++direction)
    directions.push_back(make_direction(device, random.split(direction), in, hidden, options));
}

Variable Recurrent::operator()(const Variable& x) {
  require(x.shape().axes() == 3, "Recurrent: needs x [steps, batch, features], not one of shape {}",
          x.shape().text());
  const Variable forward = run(directions[0], x, false);
  if (directions.size() == 1) return forward;
  return concatenate({forward, run(directions[1], x, true)}, 2);
}

Variable Recurrent::run(Direction& direction, const Variable& x, bool reverse) {
  const Variable projected = direction.input(x);  // [steps, batch, gates * hidden], for all steps
  const Variable weight = use(direction.weight, x), bias = use(direction.bias, x);
  switch (options_.cell) {
    case Cell::gru:
      return gru(projected, weight, bias, reverse);
    case Cell::lstm:
      return lstm(projected, weight, bias, reverse);
    case Cell::elman:
      break;
  }
  return elman(projected, weight, bias, options_.output, reverse);
}

void Recurrent::list(const std::string& prefix, ParameterList& out) {
  for (std::size_t i = 0; i < directions.size(); ++i) {
    const std::string name = join_names(prefix, i == 0 ? "forward" : "backward");
    directions[i].input.list(join_names(name, "input"), out);
    list_parameter(name, "recurrent.weight", directions[i].weight, out);
    list_parameter(name, "recurrent.bias", directions[i].bias, out);
  }
}

}  // namespace triptych
