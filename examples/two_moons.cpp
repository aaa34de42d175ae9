#include "example.h"
using namespace triptych;

int main(int argc, char** argv) {
  Example example(argc, argv, 300);
  Device device = Device::open("cpu");
  Random random(1), noise(2);
  std::vector<Real> points;
  std::vector<std::int32_t> moons;
  for (int i = 0; i < 400; ++i) {  // two half circles that reach into each other
    const double angle = noise.uniform(0, 3.14159265), side = i % 2 ? -1 : 1;
    points.push_back(Real(side * std::cos(angle) + (i % 2) + 0.1 * noise.normal()));
    points.push_back(Real(side * std::sin(angle) + 0.5 * (i % 2) + 0.1 * noise.normal()));
    moons.push_back(i % 2);
  }
  const Tensor x = Tensor::from(device, {400, 2}, points), target = Tensor::from(device, {400}, moons);
  Sequential net(Linear(device, random.split(0), 2, 32), relu, Linear(device, random.split(1), 32, 2));
  example.train(net.parameters(), 0.01, {{"x", x}, {"target", target}},
                [&](Tape& tape, Index) { return mean(cross_entropy(net(tape.input(x)), target)); });
}
