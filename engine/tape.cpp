#include "engine/tape.h"

#include <chrono>
#include <deque>
#include <mutex>

#include "engine/device_report.h"
#include "engine/error.h"
#include "kernels/kernels.h"

namespace triptych {

// ---- which tapes exist ------------------------------------------------------------------------------------
namespace {

// Slots are reused and never freed: their number is the largest number of tapes at one time.
class TapeSlots {
 public:
  TapeSlot& take(Tape* tape) {
    const std::lock_guard lock(mutex_);
    if (unused_.empty()) unused_.push_back(&slots_.emplace_back());
    TapeSlot& slot = *unused_.back();
    unused_.pop_back();
    slot.tape.store(tape, std::memory_order_relaxed);
    slot.serial.store(++last_serial_, std::memory_order_relaxed);
    return slot;
  }
  void give_back(TapeSlot& slot) {
    const std::lock_guard lock(mutex_);
    slot.serial.store(0, std::memory_order_relaxed);
    unused_.push_back(&slot);
  }

 private:
  std::mutex mutex_;
  std::deque<TapeSlot> slots_;
  std::vector<TapeSlot*> unused_;
  std::uint64_t last_serial_ = 0;
};

TapeSlots& tape_slots() {
  static TapeSlots& slots = *new TapeSlots;  // variables may outlive whatever ends with the program
  return slots;
}

}  // namespace

Tape::Tape() : slot_(tape_slots().take(this)) {}

Tape::~Tape() {
  tape_slots().give_back(slot_);
}

void Variable::fail_stale() const {
  fail(
      "a value of shape {} was computed on a tape that no longer exists, so no gradient can flow through "
      "it; use detach() on it, or its tensor (.value), as a constant",
      value.shape().text());
}

// ---- recording --------------------------------------------------------------------------------------------

Variable Tape::add(Node node) {
  if (!device_) device_ = node.output.device();
  if (device_ != node.output.device()) device_.fail_mixed(node.output.device(), node.op);
  require(!finished_, "op '{}' was recorded on a tape that has already run backward", node.op);
  node.shape = node.output.shape();
  if (profile) node.forward_seconds = lap();
  const Tensor output = node.output;
  if (!keep) node.output = Tensor();
  nodes_.push_back(std::move(node));
  const int index = static_cast<int>(nodes_.size()) - 1;
  tell(on_forward, index);
  if (detect_anomalies && output.type() == Type::real) check_finite(output, index, "output");
  return Variable(output, slot_, index);
}

Variable Tape::input(Tensor value, bool needs_gradient) {
  Node node;
  node.op = "input", node.output = std::move(value), node.needs_gradient = needs_gradient;
  return add(std::move(node));
}

Variable Tape::parameter(Parameter& parameter) {
  Node node;
  node.op = "parameter", node.output = parameter.value, node.parameter = &parameter;
  node.needs_gradient = parameter.trainable;
  node.gradient = parameter.gradient;  // backward accumulates where the optimizer reads
  return add(std::move(node));
}

Variable record(const char* op, std::span<const Variable> inputs, Tensor output, BackwardFunction backward) {
  Tape* tape = nullptr;
  for (const Variable& input : inputs) {
    Tape* const its = input.tape();
    if (!its) continue;
    require(!tape || tape == its,
            "op '{}' was given values of two tapes; use detach() on the one that needs no gradient", op);
    tape = its;
  }
  if (!tape) return Variable(std::move(output));
  Tape::Node node;
  node.op = op;
  for (const Variable& input : inputs) {
    node.inputs.push_back(input.index());
    if (input.index() >= 0) node.needs_gradient |= tape->at(input.index()).needs_gradient;
  }
  node.output = std::move(output);
  if (node.needs_gradient) node.backward = std::move(backward);
  return tape->add(std::move(node));
}

Variable record(const char* op, std::initializer_list<const Variable*> inputs, Tensor output,
                BackwardFunction backward) {
  std::vector<Variable> list;
  for (const Variable* input : inputs) list.push_back(*input);
  return record(op, std::span<const Variable>(list), std::move(output), std::move(backward));
}

Variable use(Parameter& parameter, const Variable& beside) {
  Tape* const tape = beside.tape();
  return tape ? tape->parameter(parameter) : Variable(parameter.value);
}

// ---- backward ---------------------------------------------------------------------------------------------

Tensor& Tape::gradient_of(int index) {
  Node& node = at(index);
  if (!node.gradient) node.gradient = Tensor::zeros(device_, node.shape);
  return node.gradient;
}

void Tape::backward(const Variable& loss) {
  require(loss.value.elements() == 1,
          "backward starts from a loss of one element, not from shape {}; sum or average it first",
          loss.shape().text());
  const Real one = 1;  // sent, which is no launch
  backward(loss, Tensor::from(loss.device(), loss.shape(), std::span(&one, 1)));
}

void Tape::backward(const Variable& result, const Tensor& cotangent) {
  require(result.tape() == this, "backward was asked for a variable that is not on this tape");
  require(cotangent.shape() == result.shape(), "the cotangent has shape {}, the variable {}",
          cotangent.shape().text(), result.shape().text());
  require(!finished_, "this tape has already run backward");
  finished_ = true;
  if (profile) lap();
  if (Node& last = at(result.index()); !last.gradient)
    last.gradient = cotangent.copy();
  else
    device_.kernels().add_scaled(device_.context(), cotangent.elements(), 1, cotangent.real(),
                                 last.gradient.real());

  for (int index = static_cast<int>(nodes_.size()) - 1; index >= 0; --index) {
    Node& node = at(index);
    if (node.backward && node.gradient) {
      run_backward(index);
      if (profile) node.backward_seconds = lap();
      tell(on_backward, index);
      if (detect_anomalies)
        for (const int input : node.inputs)
          if (input >= 0 && at(input).gradient) check_finite(at(input).gradient, index, "backward");
    }
    if (keep) continue;
    // All nodes recorded later have been processed, so these values are not read again.
    node.backward = nullptr;
    const bool leaf = node.inputs.empty();
    if (!leaf) node.gradient = Tensor();
  }
  throw_report(
      device_.context());  // without waiting: what is still running reports to whoever reads a result
}

void Tape::run_backward(int index) {
  try {
    at(index).backward(BackwardStep(*this, index));
  } catch (const Error& error) {
    fail("backward of op #{} '{}': {}", index, at(index).op, error.what());
  }
}

Tensor Tape::gradient(const Variable& variable) const {
  require(variable.tape() == this, "the gradient was requested of a variable that is not on this tape");
  return at(variable.index()).gradient;
}

void Tape::check_finite(const Tensor& values, int index, const std::string& what) const {
  Tensor count(device_, Shape{1}, Type::int32);
  device_.kernels().count_nonfinite(device_.context(), values.elements(), values.real(), count.int32());
  const std::int32_t bad = count.int32_values()[0];
  if (bad == 0) return;
  const Node& node = at(index);
  std::string inputs;
  for (const int input : node.inputs)
    inputs +=
        fmt::format("{}{}", inputs.empty() ? "" : ", ", input < 0 ? "constant" : at(input).shape.text());
  fail(
      "anomaly: {} of {} numbers are NaN or infinite in the {} of op #{} '{}' (inputs {} -> {}); it is the "
      "first such op",
      bad, values.elements(), what, index, node.op, inputs.empty() ? "none" : inputs, node.shape.text());
}

// The time of an observer is not attributed to the next op.
void Tape::tell(const std::function<void(int)>& listener, int node) {
  if (!listener) return;
  listener(node);
  if (profile) lap();
}

double Tape::lap() {
  if (device_) device_.synchronise();
  const double now =
      std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  const double passed = last_lap_ == 0 ? 0 : now - last_lap_;
  last_lap_ = now;
  return passed;
}

const Tensor& BackwardStep::output_gradient() const {
  return tape_.at(node_).gradient;
}

int BackwardStep::source(int input) const {
  return tape_.at(node_).inputs[static_cast<std::size_t>(input)];
}

bool BackwardStep::wants(int input) const {
  return source(input) >= 0 && tape_.at(source(input)).needs_gradient;
}

Real* BackwardStep::gradient(int input) const {
  return wants(input) ? tape_.gradient_of(source(input)).real() : nullptr;
}

Real* BackwardStep::fresh_gradient(int input) const {
  if (!wants(input)) return nullptr;
  Tape::Node& node = tape_.at(source(input));
  if (node.gradient) return nullptr;
  node.gradient = Tensor(device(), node.shape);
  return node.gradient.real();
}

void BackwardStep::pass_gradient_on(int input) const {
  if (!wants(input)) return;
  const Tensor& dy = output_gradient();
  Tape::Node& node = tape_.at(source(input));
  if (!node.gradient && !tape_.keep) {  // dy itself is freed right after this step
    node.gradient = dy.reshaped(node.shape);
    return;
  }
  copy_gradient_to(input);
}

void BackwardStep::copy_gradient_to(int input) const {
  const Tensor& dy = output_gradient();
  if (Real* dx = fresh_gradient(input))
    kernels().copy(context(), dx, dy.real(), dy.bytes());
  else if (wants(input))
    kernels().add_scaled(context(), dy.elements(), 1, dy.real(), gradient(input));
}

const Device& BackwardStep::device() const {
  return tape_.device_;
}
const Kernels& BackwardStep::kernels() const {
  return tape_.device_.kernels();
}
Context& BackwardStep::context() const {
  return tape_.device_.context();
}

}  // namespace triptych
