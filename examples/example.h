#pragma once
#include <triptych/engine.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

// What the examples share: how long a run is, what it prints, and the file from which the PyTorch twin beside
// each example starts with the same weights and data.
//
//   PROGRAM [STEPS [FILE]]   trains for STEPS; writes the first weights and the data to FILE (safetensors)
struct Example {
  triptych::Index steps;

  Example(int argc, char** argv, triptych::Index usual_steps)
      : steps(argc > 1 ? std::atoll(argv[1]) : usual_steps), file_(argc > 2 ? argv[2] : "") {}

  // Adam over the parameters. loss_of(tape, step) records the loss of a step; every tenth part of the run is
  // printed. `data` goes into the file for the twin, with the weights as they are now.
  template <class LossOf>
  void train(const triptych::ParameterList& parameters, double rate,
             std::map<std::string, triptych::Tensor> data, const LossOf& loss_of) {
    for (const auto& [name, parameter] : parameters) data[name] = parameter->value;
    if (!file_.empty()) triptych::save_tensors(file_, {data, {}});
    triptych::Optimizer optimizer(parameters, {.kind = triptych::Optimizer::Kind::adam, .decay = 0});
    const auto began = std::chrono::steady_clock::now();
    for (triptych::Index step = 0; step < steps; ++step) {
      triptych::Tape tape;
      const triptych::Variable loss = loss_of(tape, step);
      triptych::clear_gradients(parameters);
      tape.backward(loss);
      optimizer.step(rate);
      if (step % std::max<triptych::Index>(steps / 10, 1) == 0 || step + 1 == steps)
        std::printf("step %lld loss %.6f\n", static_cast<long long>(step), double(loss.value.item()));
    }
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
    std::printf("trained in %.3f s\n", passed.count());
  }

 private:
  std::string file_;
};
