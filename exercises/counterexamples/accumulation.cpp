// b = a + a, c = b + b: dc/da is 4. A backward that assigns where it should add gives 1, and no error is
// raised: a network trained with it only learns a little worse. The right engine and the wrong one, side by
// side.
#include <fmt/core.h>

#include "engine/ops.h"

using namespace triptych;

// As `add` of engine/ops/arithmetic.cpp, but for one character: = in place of +=.
static Variable add_that_overwrites(const Variable& x, const Variable& y) {
  const Real sum = x.value.item() + y.value.item();
  return record("add_that_overwrites", {&x, &y}, Tensor::filled(x.device(), {1}, sum),
                [](const BackwardStep& step) {
                  const Real dy = step.output_gradient().item();
                  for (const int input : {0, 1}) *step.gradient(input) = dy;
                });
}

int main() {
  Device device = Device::open("reference");
  for (const bool right : {true, false}) {
    const auto plus = right ? add : add_that_overwrites;
    Tape tape;
    const Variable a = tape.input(Tensor::filled(device, {1}, 1), true);
    const Variable b = plus(a, a);
    const Variable c = plus(b, b);
    tape.backward(c);
    fmt::print("{:<24} c = {}, dc/da = {}\n",
               right ? "backward adds:" : "backward overwrites:", c.value.item(), tape.gradient(a).item());
  }
  fmt::print(
      "c = 4 a, so 4 is right. Two contributions reach b, and two reach a; overwriting keeps the last of "
      "each.\n");
}
