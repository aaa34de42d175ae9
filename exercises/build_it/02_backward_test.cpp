#include "engine/ops.h"
#include "exercises/build_it/check.h"

using namespace triptych;

static Variable leaf(Tape& tape, Real x) {
  return tape.input(Tensor::filled(Device::open("reference"), {1}, x), true);
}

TEST_CASE("step 2: every reader contributes") {
  // b = a + a, c = b a, L = c + b with a = 3: dL/dc = 1, dL/db = a + 1 = 4, dL/da = 2 * 4 + b = 14.
  Tape tape;
  tape.keep = true;
  const Variable a = leaf(tape, 3), b = add(a, a), c = multiply(b, a), loss = add(c, b);
  tape.backward(loss);
  const auto gradient = [&](const Variable& v) {
    return tape.gradient(v) ? tape.gradient(v).item() : Real(std::nan(""));
  };
  CHECK_MESSAGE(gradient(loss) == 1, "dL/dL is ", gradient(loss), " and should be 1");
  CHECK_MESSAGE(gradient(c) == 1, "dL/dc is ", gradient(c), " and should be 1");
  CHECK_MESSAGE(gradient(b) == 4, "dL/db is ", gradient(b), " and should be 4: 3 from c = b a and 1 from L");
  CHECK_MESSAGE(gradient(a) == 14, "dL/da is ", gradient(a), " and should be 14: 4 + 4 from b, 6 from c");
}

TEST_CASE("step 2: what nothing reads any more is freed, and leaves keep their gradients") {
  Tape tape;
  const Variable a = leaf(tape, 3), b = multiply(a, a), loss = add(b, b);
  tape.backward(loss);
  CHECK_MESSAGE(tape.gradient(a).item() == 12, "dL/da = 4 a = 12, not ", tape.gradient(a).item());
  CHECK_MESSAGE(!tape.gradient(b), "the gradient of b = a a is still there, and b is no leaf");
  for (const Tape::Node& node : tape.nodes())
    CHECK_MESSAGE(!node.backward, "the backward function of '", node.op, "' still holds its tensors");
}

TEST_CASE("step 2: a parameter's gradient is added to, over two steps") {
  Parameter w(Tensor::filled(Device::open("reference"), {1}, 2));
  for (int step = 1; step <= 2; ++step) {
    Tape tape;
    const Variable x = tape.input(Tensor::filled(w.value.device(), {1}, 5), true);
    tape.backward(multiply(x, use(w, x)));
    CHECK_MESSAGE(w.gradient.item() == 5 * step, "after step ", step, " dL/dw is ", w.gradient.item(),
                  " and should be ", 5 * step);
  }
}

TEST_CASE("step 2: from a given cotangent, past nodes that have none, 2000 steps deep") {
  Tape tape;
  const Variable a = leaf(tape, 1);
  Variable deep = a;
  for (int i = 0; i < 2000; ++i) deep = scale(deep, 1);
  const Variable aside = scale(a, 100);  // nothing reads it: it has no gradient
  tape.backward(deep, Tensor::filled(a.device(), {1}, 7));
  CHECK_MESSAGE(tape.gradient(a).item() == 7, "da is ", tape.gradient(a).item(), " and should be 7");
}

TEST_CASE("step 2: what cannot be is an Error") {
  Tape tape, other;
  const Variable a = leaf(tape, 1), foreign = leaf(other, 1);
  const Variable two = concatenate({a, a}, 0);
  CHECK_THROWS_AS(tape.backward(two), Error);
  CHECK_THROWS_AS(tape.backward(foreign, Tensor::filled(a.device(), {1}, 1)), Error);
  CHECK_THROWS_AS(tape.backward(two, Tensor::filled(a.device(), {1}, 1)), Error);
  tape.backward(a);
  CHECK_THROWS_AS(tape.backward(a), Error);
}
