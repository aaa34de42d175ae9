// A recurrent network learns to continue a text, character by character.
#include "example.h"
using namespace triptych;

const std::string text_to_learn =
    "the tape is a vector of nodes in the order of their making. backward is one loop from the back. "
    "an op is its forward with its backward right under it. a sum is split by its shape and never by "
    "threads. ";

std::int32_t symbol_of(char c) {  // 26 letters, a space and a full stop
  return c == ' ' ? 26 : c == '.' ? 27 : c - 'a';
}

struct Writer : Module {
  Embedding& characters;
  Recurrent& memory;
  Linear& guess;
  Writer(const Device& device, Random random)
      : characters(add_layer("characters", Embedding(device, random.split(0), 28, 16))),
        memory(add_layer("memory", Recurrent(device, random.split(1), 16, 64, {.cell = Cell::lstm}))),
        guess(add_layer("guess", Linear(device, random.split(2), 64, 28))) {}
  // symbols int32 [steps, batch] -> logits [steps, batch, 28] of the character that follows each
  Variable operator()(const Tensor& symbols, Tape* tape = nullptr) {
    return guess(memory(characters(symbols, tape)));
  }
};

int main(int argc, char** argv) {
  Example example(argc, argv, 300);
  Device device = Device::open("cpu");
  constexpr Index steps = 25, batch = 16;
  Random starts(2);
  Writer writer(device, Random(1));
  std::vector<std::int32_t>
      windows;  // for each step of training [steps + 1, batch]: pieces of the text, time-major
  for (Index i = 0; i < example.steps; ++i) {
    std::vector<Index> from(batch);
    for (Index& start : from) start = starts.integer(Index(text_to_learn.size()) - steps - 1);
    for (Index t = 0; t <= steps; ++t)
      for (const Index start : from) windows.push_back(symbol_of(text_to_learn[std::size_t(start + t)]));
  }
  const Tensor all = Tensor::from(device, {example.steps, steps + 1, batch}, windows);
  example.train(writer.parameters(), 0.01, {{"windows", all}}, [&](Tape& tape, Index step) {
    const std::int32_t* window = windows.data() + step * (steps + 1) * batch;
    const Tensor now = Tensor::from(device, {steps, batch}, std::span(window, steps * batch));
    const Tensor next = Tensor::from(device, {steps, batch}, std::span(window + batch, steps * batch));
    return mean(cross_entropy(writer(now, &tape), next));
  });
  std::string written = "the ";
  while (written.size() < 100) {
    std::vector<std::int32_t> so_far;
    for (const char c : written) so_far.push_back(symbol_of(c));
    const Tensor symbols = Tensor::from(device, {Index(so_far.size()), 1}, so_far);
    written += "abcdefghijklmnopqrstuvwxyz ."[argmax(writer(symbols).value, 2).int32_values().back()];
  }
  std::printf("%s\n", written.c_str());
}
