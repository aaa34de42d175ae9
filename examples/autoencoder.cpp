// Letters of the project's font, 35 dots each, squeezed through 6 numbers and unfolded again.
#include <triptych/drawing/font.h>

#include "example.h"
using namespace triptych;

int main(int argc, char** argv) {
  Example example(argc, argv, 400);
  Device device = Device::open("cpu");
  Random random(1);
  std::vector<Real> dots;
  for (char letter = 'A'; letter <= 'Z'; ++letter)
    for (int row = 0; row < glyph_height; ++row)
      for (int column = 0; column < glyph_width; ++column) dots.push_back(glyph_dot(letter, row, column));
  const Tensor letters = Tensor::from(device, {26, 35}, dots);

  Sequential encoder(Linear(device, random.split(0), 35, 64), gelu, Linear(device, random.split(1), 64, 6));
  Sequential decoder(Linear(device, random.split(2), 6, 64), gelu, Linear(device, random.split(3), 64, 35));
  ParameterList parameters;
  encoder.list("encoder", parameters), decoder.list("decoder", parameters);
  example.train(parameters, 0.005, {{"x", letters}}, [&](Tape& tape, Index) {
    return mean(binary_cross_entropy(decoder(encoder(tape.input(letters))), letters));
  });
  const std::vector<Real> guess = decoder(encoder(letters)).value.values();
  for (int row = 0; row < glyph_height; ++row) {  // as they come out
    for (const char letter : std::string("TRIPTYCH")) {
      for (int column = 0; column < glyph_width; ++column)
        std::printf("%c",
                    guess[std::size_t((letter - 'A') * 35 + row * glyph_width + column)] > 0 ? '#' : ' ');
      std::printf("  ");
    }
    std::printf("\n");
  }
}
