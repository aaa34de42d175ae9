#include <triptych/engine.h>

#include <iostream>
using namespace triptych;

int main() {
  Device device = Device::open("cpu");
  Tape tape;
  const Variable x = tape.input(Tensor::from(device, {2, 2}, {1, 2, 3, -4}), true);
  const Variable y = sum(x * x + x);
  tape.backward(y);
  std::cout << y.value << "\n" << tape.gradient(x) << "\n";
}
