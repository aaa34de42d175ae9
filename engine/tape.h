#pragma once
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "engine/parameter.h"
#include "engine/tensor.h"

// The tape: reverse-mode differentiation in one vector and one loop.
//
// An op computes its output and records a node: its name, which nodes its inputs came from, the output, and a
// function that turns the cotangent of the output, dy = dLoss/dy, into contributions to the cotangents of the
// inputs (the chain rule). Creation order is a topological order, so backward is one loop from the back;
// nothing recurses, and a recurrence over thousands of steps is no deeper than any other graph.
namespace triptych {

class Tape;

// A value on its way through the computation: a tensor and, when a tape listens, the node that made it.
// Without a tape (inference) the same code runs and nothing is kept.
struct Variable {
  Tensor value;
  Tape* tape = nullptr;
  int index = -1;

  Variable() = default;
  Variable(Tensor constant)
      : value(std::move(constant)) {}  // NOLINT: a tensor is a constant wherever one is wanted
  Variable(Tensor output, Tape* on, int at) : value(std::move(output)), tape(on), index(at) {}
  const Shape& shape() const { return value.shape(); }
  const Device& device() const { return value.device(); }
};

// What a backward function sees of the tape.
class BackwardStep {
 public:
  const Tensor& output_gradient() const;  // dy, the shape of the op's output
  // Where the cotangent of input `i` is accumulated (ADD to it), or null when nobody asks for it.
  Real* gradient(int input) const;
  bool wants(int input) const;
  // For a kernel that assigns: uninitialised memory for the first contribution to input `i`, every element of
  // which the caller must write. Null when a contribution is already there (use `gradient`) or none is
  // wanted.
  Real* fresh_gradient(int input) const;
  // The cotangent of the output is that of input `i`, whatever its shape: shares the storage where it can,
  // else adds.
  void pass_gradient_on(int input) const;
  const Kernels& kernels() const;
  Context& context() const;
  const Device& device() const;

 private:
  friend class Tape;
  BackwardStep(Tape& tape, int node) : tape_(tape), node_(node) {}
  int source(int input) const;  // the node that input `i` came from; -1 for a constant
  Tape& tape_;
  int node_;
};

using BackwardFunction = std::function<void(const BackwardStep&)>;

class Tape {
 public:
  struct Node {
    std::string op;
    std::vector<int> inputs;  // indices of earlier nodes; -1 for a constant that came from outside the tape
    Shape shape;              // of the output
    Tensor output;            // with `keep` alone: a backward function holds what it needs itself
    Tensor gradient;          // allocated when the first contribution arrives
    BackwardFunction backward;
    Parameter* parameter = nullptr;
    bool needs_gradient = false;
    double forward_seconds = 0, backward_seconds = 0;  // with profile
  };

  Tape() = default;
  Tape(const Tape&) = delete;  // variables point at their tape
  Tape& operator=(const Tape&) = delete;

  // Switches, to be set before the first op.
  bool profile = false;           // time every op (waits for the device after each)
  bool detect_anomalies = false;  // stop at the first op that makes a NaN or an infinity, and name it
  bool keep = false;              // keep outputs and gradients after backward, for printouts and explanations
  // Somebody who looks on: told each node right after it was recorded, and again right after its backward has
  // run.
  std::function<void(int node)> on_forward, on_backward;

  // Leaves. An input with `needs_gradient` can be asked for its gradient afterwards; a parameter's
  // contributions go straight into Parameter::gradient.
  Variable input(Tensor value, bool needs_gradient = false);
  Variable parameter(Parameter& parameter);

  // From dLoss/dLoss = 1 back to every leaf. `loss` has one element. Lets go of every output, gradient and
  // saved tensor as soon as nothing needs it any more, unless `keep` is set. A tape can be run backward once.
  void backward(const Variable& loss);
  // The same from a given cotangent of any variable (the gradient check draws a random one).
  void backward(const Variable& result, const Tensor& cotangent);

  Tensor gradient(const Variable& variable) const;  // empty when none arrived
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
  void check_finite(const Tensor& values, int node, const std::string& what) const;
  void tell(const std::function<void(int)>& listener, int node);
  double lap();  // seconds since the last call, the device's work included

  std::vector<Node> nodes_;
  Device device_;  // of the first node; the others must be on the same one
  double last_lap_ = 0;
  bool finished_ = false;
};

// Puts an op's result on the tape of its inputs; returns a bare constant when none of them is on one.
// `backward` is kept only if some input needs a gradient. Called by ops/ alone.
Variable record(const char* op, std::initializer_list<const Variable*> inputs, Tensor output,
                BackwardFunction backward);
Variable record(const char* op, std::span<const Variable> inputs, Tensor output, BackwardFunction backward);

// A parameter as a variable on the tape that `beside` is on, or as a constant when that is on none.
Variable use(Parameter& parameter, const Variable& beside);

}  // namespace triptych
