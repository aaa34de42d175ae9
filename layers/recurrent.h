#pragma once
#include <optional>
#include <string>
#include <vector>

#include "layers/linear.h"

namespace triptych {

enum class Cell { elman, gru, lstm };
Cell cell_from_name(const std::string& name);  // "elman", "gru", "lstm"; anything else is an Error
Index gates_of(Cell cell);                     // 1, 3, 4

struct RecurrentOptions {
  Cell cell = Cell::elman;
  bool bidirectional = false;
  // tanh, or linear after McLaughlin et al. 2016: for another cell than Elman's an Error.
  RecurrentOutput output = RecurrentOutput::tanh;
  InitRule input_weight = {Init::xavier_uniform};
  // Eigenvalues of modulus 1: gradients initially neither vanish nor explode.
  InitRule recurrent_weight = {Init::orthogonal};
  // LSTM only, there 1 unless given: an initially open gate keeps the state (Jozefowicz et al. 2015). For
  // another cell an Error.
  std::optional<double> forget_bias = std::nullopt;
};

// A recurrent layer over sequences, time-major: x [steps, batch, in] -> h
// [steps, batch, hidden * directions]. With both directions, h_t = [forward h_t, backward h_t]; the backward
// one has read the sequence from its end down to t.
class Recurrent {
 public:
  // One direction through the sequence. The contribution of the input to step t does not depend on step t -
  // 1, so `input` projects all steps in one matrix product; only h_{t-1} w is sequential.
  struct Direction {
    Linear input;      // [in, gates * hidden]; with a bias for the GRU only
    Parameter weight;  // [hidden, gates * hidden]
    // [gates * hidden]. For Elman and LSTM it is the only bias of each gate. The GRU's is added to h_{t-1} w,
    // inside the product with the reset gate, which the bias of the input projection cannot replace.
    Parameter bias;
  };

  Recurrent(const Device& device, Random random, Index in, Index hidden,
            const RecurrentOptions& options = {});
  Recurrent(Recurrent&&) = default;  // moved, never copied, as its parameters (a vector hides that)
  Recurrent& operator=(Recurrent&&) = default;

  Variable operator()(const Variable& x);
  // For each direction ("forward", "backward"): "forward.input.weight", "forward.input.bias" (GRU),
  // "forward.recurrent.weight", "forward.recurrent.bias".
  void list(const std::string& prefix, ParameterList& out);

  Index outputs() const { return hidden_ * static_cast<Index>(directions.size()); }  // the last axis of h

  std::vector<Direction> directions;  // one or two: forward, backward

 private:
  Variable run(Direction& direction, const Variable& x, bool reverse);

  Index hidden_;
  RecurrentOptions options_;
};

}  // namespace triptych
