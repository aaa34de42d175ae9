#include "apps/step_through.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iostream>

#include "engine/inspect.h"
#include "engine/op_examples.h"
#include "reid/report/page/op_source.h"

namespace triptych {
namespace {

const Tape::Node& node_at(const Tape& tape, int index) {
  return tape.nodes()[static_cast<std::size_t>(index)];
}

// Whether nothing before `index` reads the node `input`: then backward of `index` was the last to add to its
// cotangent.
bool is_first_reader(const Tape& tape, int input, int index) {
  for (int i = input + 1; i < index; ++i)
    if (node_at(tape, i).needs_gradient &&
        std::ranges::find(node_at(tape, i).inputs, input) != node_at(tape, i).inputs.end())
      return false;
  return true;
}

std::string statistics_text(const Tensor& values) {
  return values.type() == Type::real ? statistics(values).text() : "whole numbers";
}

}  // namespace

void StepThrough::watch(Tape& tape) {
  tape.on_forward = [this, &tape](int index) { forward(tape, index); };
  tape.on_backward = [this, &tape](int index) { backward(tape, index); };
}

std::string StepThrough::input_text(const Tape& tape, int input) const {
  if (input < 0) return "a constant";
  return fmt::format("#{} {}", input, node_name(node_at(tape, input), names_));
}

void StepThrough::forward(const Tape& tape, int index) {
  if (run_to_ >= 0 && index != run_to_) return;
  const Tape::Node& node = node_at(tape, index);
  fmt::print("\n-> #{} {}\n", index, node_name(node, names_));
  if (const std::string formula = op_formula(node.op); !formula.empty()) {
    const OpSource source = op_source(node.op);
    fmt::print("   {}{}\n", formula,
               source.file.empty() ? "" : fmt::format("   ({}:{})", source.file, source.line));
  }
  for (const int input : node.inputs)
    fmt::print("   in   {:<44} {}\n", input_text(tape, input),
               input < 0 ? "" : node_at(tape, input).shape.text());
  fmt::print("   out  {:<18} {}\n", node.shape.text(), statistics_text(node.output));
  wait(index);
}

void StepThrough::backward(const Tape& tape, int index) {
  if (!coming_back_)
    fmt::print(
        "\nForward is done, and the loss is a number. Now back, from its cotangent dLoss/dLoss = 1.\n");
  coming_back_ = true;
  if (run_to_ >= 0 && index != run_to_) return;
  const Tape::Node& node = node_at(tape, index);
  fmt::print("\n<- #{} {}\n", index, node_name(node, names_));
  for (const std::string& line : backward_comment(op_source(node.op))) fmt::print("   {}\n", line);
  fmt::print("   dy   {:<18} {}\n", node.shape.text(), statistics_text(node.gradient));
  for (const int input : node.inputs) {
    if (input < 0 || !node_at(tape, input).needs_gradient) {
      fmt::print("   no gradient for {}: it needs none\n", input_text(tape, input));
      continue;
    }
    const Tape::Node& source = node_at(tape, input);
    fmt::print("   d of {:<44} {}\n        {:<18} {}\n", input_text(tape, input),
               is_first_reader(tape, input, index) ? "complete" : "so far: earlier ops read it too",
               source.shape.text(),
               source.gradient ? statistics_text(source.gradient) : "nothing has arrived");
  }
  wait(index);
}

void StepThrough::wait(int index) {
  if (index == run_to_) run_to_ = -1;
  if (::isatty(STDIN_FILENO) == 0) return;
  fmt::print("[Enter: next, a number: run to that node, q: quit] ");
  std::fflush(stdout);
  std::string answer;
  if (!std::getline(std::cin, answer) || answer == "q") throw Ended();
  std::from_chars(answer.data(), answer.data() + answer.size(), run_to_);
}

}  // namespace triptych
