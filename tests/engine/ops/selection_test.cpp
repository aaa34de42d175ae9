#include <limits>

#include "engine/ops.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("where, by hand; what is not chosen does not matter") {
  for (const Device& device : devices()) {
    const Real nan = std::numeric_limits<Real>::quiet_NaN();
    const Tensor mask = bytes(device, {2, 2}, {1, 0, 0, 7});
    Tape tape;
    const Variable a = tape.input(tensor(device, {2, 2}, {1, nan, nan, 4}), true);
    const Variable b = tape.input(tensor(device, {1}, {9}), true);
    const Variable y = where(mask, a, b);
    CHECK(y.value.values() == std::vector<Real>{1, 9, 9, 4});
    tape.backward(sum(y * y));
    CHECK(tape.gradient(a).values() == std::vector<Real>{2, 0, 0, 8});
    CHECK(tape.gradient(b).values() == std::vector<Real>{36});
    CHECK(contains(message_of([&] { where(a.value, b, b); }), "where takes a mask of bytes"));
  }
}

TEST_CASE("masked softmax: rows sum to one over what is allowed, or are zero") {
  for (const Device& device : devices()) {
    const Tensor mask = bytes(device, {3, 3}, {1, 0, 0, 1, 1, 0, 0, 0, 0});
    const std::vector<Real> y =
        softmax(tensor(device, {3, 3}, {5, 900, 1, 2, 2, 7, 1, 1, 1}), mask).value.values();
    CHECK(y == std::vector<Real>{1, 0, 0, 0.5, 0.5, 0, 0, 0, 0});
    CHECK(contains(message_of([&] {
                     softmax(tensor(device, {3}, {1, 2, 3}), mask);
                   }),
                   "a mask that broadcasts"));
  }
}

TEST_CASE("gather, scatter_add, embedding and pick, by hand") {
  for (const Device& device : devices()) {
    Tape tape;
    const Variable x = tape.input(tensor(device, {2, 3}, {1, 2, 3, 4, 5, 6}), true);
    const Variable columns = gather(x, integers(device, {4}, {2, 0, 2, 2}), 1);
    CHECK(columns.value.values() == std::vector<Real>{3, 1, 3, 3, 6, 4, 6, 6});
    CHECK(embedding(x, integers(device, {1, 2}, {1, 1})).shape() == Shape{1, 2, 3});
    CHECK(pick(x, integers(device, {2}, {2, 0})).value.values() == std::vector<Real>{3, 4});
    CHECK(scatter_add(x, integers(device, {2}, {2, 2}), 4).value.values() ==
          std::vector<Real>{0, 0, 0, 0, 0, 0, 5, 7, 9, 0, 0, 0});
    tape.backward(sum(columns));
    CHECK(tape.gradient(x).values() == std::vector<Real>{1, 0, 3, 1, 0, 3});
    CHECK(message_of([&] { gather(x, integers(device, {1}, {3}), 1); }) ==
          "gather: the index 3 is not within 0 and 2");
    CHECK(message_of([&] {
            pick(x, integers(device, {2}, {0, -1}));
          }) == "pick: the index -1 is not within 0 and 2");
    CHECK(contains(message_of([&] { scatter_add(x, integers(device, {3}, {0, 0, 0}), 4); }), "an index [n]"));
  }
}
