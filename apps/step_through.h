#pragma once
#include "engine/tape.h"

namespace triptych {

// Walks along a tape while it is recorded and run backward, and shows each node: going forward the op's
// formula, its inputs and what came out; coming back what its source says of backward, the cotangent that
// arrived, and what its inputs' cotangents have come to. On a terminal it waits after each node: Enter goes
// on, a number runs on to that node (coming back, too), q ends the walk. Elsewhere it does not wait.
class StepThrough {
 public:
  struct Ended {};  // thrown on q: the rest is not shown

  explicit StepThrough(ParameterList names) : names_(std::move(names)) {}
  void watch(Tape& tape);  // a tape that keeps its outputs, before its first op; this must outlive it

 private:
  void forward(const Tape& tape, int index);
  void backward(const Tape& tape, int index);
  std::string input_text(const Tape& tape, int input) const;
  void wait(int index);

  ParameterList names_;
  int run_to_ = -1;  // the node that was asked for; -1: the next one
  bool coming_back_ = false;
};

}  // namespace triptych
