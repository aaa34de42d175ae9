#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "engine/parameter.h"
#include "engine/tensor.h"

// The tape: reverse-mode differentiation with one vector and one loop.
//
// An op computes its output and records a node: its name, the nodes of its inputs, the output, and a function
// that maps the cotangent of the output, dy = dLoss/dy, to contributions to the cotangents of the inputs (the
// chain rule). Creation order is a topological order, so backward is one loop from the end. Nothing is
// recursive: a recurrence over thousands of steps needs no more stack than any other graph.
namespace triptych {

class Tape;

// Which tape a value belongs to, and whether that one still exists: a tape takes a slot when it is made and
// gives it back when it ends, a number marks each use, and slots outlive all tapes. So a variable that has
// outlived its tape is recognised, though another tape may have the same address by now.
struct TapeSlot {
  std::atomic<std::uint64_t> serial = 0;  // of the tape that has the slot; 0: none
  std::atomic<Tape*> tape = nullptr;
};

// A value in the computation: a tensor and, on a tape, the node that produced it. Without a tape (inference)
// the same code runs and nothing is recorded.
class Variable {
 public:
  Tensor value;

  Variable() = default;
  Variable(Tensor constant)
      : value(std::move(constant)) {}  // NOLINT: a tensor is a constant wherever one is wanted
  const Shape& shape() const { return value.shape(); }
  const Device& device() const { return value.device(); }

  // The tape that this is on; null for a constant. An Error when that tape no longer exists.
  Tape* tape() const {
    if (!slot_) return nullptr;
    if (slot_->serial.load(std::memory_order_relaxed) != serial_) fail_stale();
    return slot_->tape.load(std::memory_order_relaxed);
  }
  bool stale() const { return slot_ && slot_->serial.load(std::memory_order_relaxed) != serial_; }
  int index() const { return index_; }  // of the node that made it; -1 for a constant

 private:
  friend class Tape;
  Variable(Tensor output, TapeSlot& slot, int index)
      : value(std::move(output)),
        slot_(&slot),
        serial_(slot.serial.load(std::memory_order_relaxed)),
        index_(index) {}
  [[noreturn]] void fail_stale() const;

  TapeSlot* slot_ = nullptr;
  std::uint64_t serial_ = 0;
  int index_ = -1;
};

// The interface of a backward function to the tape.
class BackwardStep {
 public:
  const Tensor& output_gradient() const;  // dy, the shape of the op's output
  // The address at which the cotangent of input `i` is accumulated (ADD to it), or null if it is not needed.
  Real* gradient(int input) const;
  bool wants(int input) const;
  // For a kernel that assigns: uninitialised memory for the first contribution to input `i`, of which the
  // caller must write every element. Null if there is already a contribution (use `gradient`) or none is
  // needed.
  Real* fresh_gradient(int input) const;
  // For ops whose input cotangent equals the output cotangent up to its shape: shares the storage if
  // possible, else adds.
  void pass_gradient_on(int input) const;
  void copy_gradient_to(int input) const;  // the same, never sharing: for all inputs but one
  const Kernels& kernels() const;
  Context& context() const;
  const Device& device() const;

 private:
  friend class Tape;
  BackwardStep(Tape& tape, int node) : tape_(tape), node_(node) {}
  int source(int input) const;  // the node of input `i`; -1 for a constant
  Tape& tape_;
  int node_;
};

using BackwardFunction = std::function<void(const BackwardStep&)>;

class Tape {
 public:
  struct Node {
    std::string op;
    std::vector<int> inputs;  // indices of earlier nodes; -1 for a constant from outside the tape
    Shape shape;              // of the output
    Tensor output;            // with `keep` only: a backward function holds what it needs itself
    Tensor gradient;          // allocated for the first contribution
    BackwardFunction backward;
    Parameter* parameter = nullptr;
    bool needs_gradient = false;
    double forward_seconds = 0, backward_seconds = 0;  // with profile
  };

  Tape();
  ~Tape();
  Tape(const Tape&) = delete;  // variables point at their tape
  Tape& operator=(const Tape&) = delete;

  // Options, to be set before the first op.
  bool profile = false;           // time every op (waits for the device after each)
  bool detect_anomalies = false;  // stop at the first op that produces NaN or infinity, and name it
  bool keep = false;              // keep outputs and gradients after backward, for printouts and explanations
  // Observer callbacks, invoked after a node is recorded and after its backward has run.
  std::function<void(int node)> on_forward, on_backward;

  // Leaves. The gradient of an input with `needs_gradient` is available after backward; a parameter's
  // contributions accumulate directly in Parameter::gradient.
  Variable input(Tensor value, bool needs_gradient = false);
  Variable parameter(Parameter& parameter);

  // Runs from dLoss/dLoss = 1 to every leaf. `loss` has one element. Frees each output, gradient and saved
  // tensor at its last use, unless `keep` is set. A tape can run backward once. A saved tensor that was
  // written since the forward pass is an Error.
  void backward(const Variable& loss);
  // The same from a given cotangent of any variable (the gradient check draws a random one).
  void backward(const Variable& result, const Tensor& cotangent);

  Tensor gradient(const Variable& variable) const;  // empty if there is none
  const std::vector<Node>& nodes() const { return nodes_; }

 private:
  friend class BackwardStep;
  friend Variable record(const char* op, std::initializer_list<const Variable*> inputs, Tensor output,
                         BackwardFunction backward);
  friend Variable record(const char* op, std::span<const Variable> inputs, Tensor output,
                         BackwardFunction backward);
  Variable add(Node node);
  Node& at(int node) { return nodes_[static_cast<std::size_t>(node)]; }
  const Node& at(int node) const { return nodes_[static_cast<std::size_t>(node)]; }
  Tensor& gradient_of(int node);
  void run_backward(int node);
  void check_finite(const Tensor& values, int node, const std::string& what) const;
  void tell(const std::function<void(int)>& listener, int node);
  double lap();  // seconds since the last call, including the device's work

  TapeSlot& slot_;
  std::vector<Node> nodes_;
  Device device_;  // of the first node; the others must be on the same one
  double last_lap_ = 0;
  bool finished_ = false;
};

// Records an op's result on the tape of its inputs; returns a constant if none of them is on a tape.
// `backward` is stored only if some input needs a gradient. Called by ops/ only.
Variable record(const char* op, std::initializer_list<const Variable*> inputs, Tensor output,
                BackwardFunction backward);
Variable record(const char* op, std::span<const Variable> inputs, Tensor output, BackwardFunction backward);

// A parameter as a variable on the tape of `beside`, or as a constant if that has none.
Variable use(Parameter& parameter, const Variable& beside);

}  // namespace triptych
