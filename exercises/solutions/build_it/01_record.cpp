// Step 1, solved.
#include "engine/error.h"
#include "engine/tape.h"

namespace triptych {

Variable record(const char* op, std::initializer_list<const Variable*> inputs, Tensor output,
                BackwardFunction backward) {
  std::vector<Variable> list;
  for (const Variable* input : inputs) list.push_back(*input);
  return record(op, std::span<const Variable>(list), output, backward);
}

Variable record(const char* op, std::span<const Variable> inputs, Tensor output, BackwardFunction backward) {
  Tape* tape = nullptr;
  for (const Variable& input : inputs) {
    if (input.tape() == nullptr) continue;
    require(tape == nullptr || tape == input.tape(), "op '{}' was given values of two tapes", op);
    tape = input.tape();
  }
  if (tape == nullptr) return Variable(output);
  Tape::Node node;
  node.op = op;
  node.output = output;
  for (const Variable& input : inputs) {
    const int index = input.tape() ? input.index() : -1;
    node.inputs.push_back(index);
    if (index >= 0 && tape->at(index).needs_gradient) node.needs_gradient = true;
  }
  if (node.needs_gradient) node.backward = backward;
  return tape->add(std::move(node));
}

}  // namespace triptych
