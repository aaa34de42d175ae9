// A convolutional network reads digits that are drawn by the project's own font, moved about and covered with
// noise.
#include <triptych/drawing/font.h>

#include "example.h"
using namespace triptych;

// 12 x 12 pixels with one digit of 5 x 7 dots somewhere among them, and noise.
void draw(int digit, Random& random, std::vector<Real>& pixels) {
  const Index top = random.integer(6), left = random.integer(8);
  for (Index row = 0; row < 12; ++row)
    for (Index column = 0; column < 12; ++column) {
      const Index y = row - top, x = column - left;
      const bool inside = y >= 0 && y < glyph_height && x >= 0 && x < glyph_width;
      const bool dot = inside && glyph_dot(static_cast<char>('0' + digit), int(y), int(x));
      pixels.push_back(Real((dot ? 1 : 0) + 0.2 * random.normal()));
    }
}

int main(int argc, char** argv) {
  Example example(argc, argv, 300);
  Device device = Device::open("cpu");
  constexpr Index count = 2000, batch = 50;
  Random random(1), noise(2);
  std::vector<Real> pixels;
  std::vector<std::int32_t> digits;
  for (Index i = 0; i < count; ++i) {
    digits.push_back(std::int32_t(noise.integer(10)));
    draw(digits.back(), noise, pixels);
  }
  const Tensor images = Tensor::from(device, {count, 12, 12, 1}, pixels),
               target = Tensor::from(device, {count}, digits);

  const ConvolutionOptions three{.kernel_height = 3, .kernel_width = 3, .window = {1, 1}};
  const MaxPool2d half;
  Sequential net(
      Convolution2d(device, random.split(0), 1, 16, three), relu, half,
      Convolution2d(device, random.split(1), 16, 32, three), relu, half,
      [](const Variable& x) {
        return reshape(x, {x.shape()[0], 3 * 3 * 32});
      },
      Linear(device, random.split(2), 3 * 3 * 32, 10));
  example.train(net.parameters(), 0.01, {{"x", images}, {"target", target}}, [&](Tape& tape, Index step) {
    const Index first = step * batch % (count - 500);  // the last 500 are for the test
    const Variable x = tape.input(slice(Variable(images), 0, first, batch).value);
    const std::vector<std::int32_t> now(digits.begin() + first, digits.begin() + first + batch);
    return mean(cross_entropy(net(x), Tensor::from(device, {batch}, now)));
  });
  const Variable unseen = slice(Variable(images), 0, count - 500, 500);
  const std::vector<std::int32_t> read = argmax(net(unseen).value, 1).int32_values();
  int right = 0;
  for (std::size_t i = 0; i < 500; ++i) right += read[i] == digits[count - 500 + i];
  std::printf("%d of 500 new digits read\n", right);
}
