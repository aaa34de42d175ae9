#include "engine/shape.h"

#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("a shape has sizes, elements and strides") {
  Shape shape = {2, 3, 4};
  CHECK(shape.axes() == 3);
  CHECK(shape.elements() == 24);
  CHECK(shape.stride(0) == 12);
  CHECK(shape.last() == 4);
  shape.set(1, 5);
  shape.append(1);
  CHECK(shape.text() == "[2, 5, 4, 1]");
  CHECK(Shape().elements() == 1);
}

TEST_CASE("sizes that cannot be are Errors, where a shape is made and where it is changed") {
  const Index huge = Index(1) << 32;
  CHECK(contains(message_of([&] { Shape{huge, huge}; }), "more elements than any device can store"));
  CHECK(contains(message_of([&] { Shape{huge, huge, 0}; }), "more elements"));  // strides would overflow
  CHECK(contains(message_of([&] { Shape{0, huge, huge}; }), "more elements"));
  CHECK(contains(message_of([&] { Shape{Index(1) << 62, 4}; }), "more elements"));
  CHECK(contains(message_of([&] { Shape{2, -1}; }), "an axis of size -1"));
  Shape shape = {huge, 2};
  CHECK(contains(message_of([&] { shape.set(1, huge); }), "more elements"));
  CHECK(contains(message_of([&] { Shape({huge, 2}).append(huge); }), "more elements"));
  CHECK(contains(message_of([&] { Shape({1, 2}).set(0, -5); }), "an axis of size -5"));
  CHECK(contains(message_of([&] { Shape({1, 1, 1, 1, 1, 1}).append(1); }), "at most 6 axes"));
  CHECK((Shape{Index(1) << 28, Index(1) << 28}).elements() == Shape::most_elements);
}

TEST_CASE("an axis that a shape does not have is an Error") {
  const Shape shape = {2, 3};
  CHECK(message_of([&] { shape[2]; }) == "axis 2 of a tensor of shape [2, 3], which has 2 axes");
  CHECK(contains(message_of([&] { shape[-1]; }), "axis -1"));
  CHECK(contains(message_of([&] { Shape().last(); }), "axis -1 of a tensor of shape []"));
  CHECK(contains(message_of([&] { Shape({1}).set(1, 1); }), "axis 1"));
}

TEST_CASE("a tensor of an impossible size is an Error before anything is allocated") {
  const Device device = Device::open("reference");
  CHECK(contains(message_of([&] {
                   Tensor::zeros(device, {Index(1) << 32, Index(1) << 32});
                 }),
                 "more elements"));
  const Tensor small = Tensor::zeros(device, {4});
  CHECK(contains(message_of([&] { small.reshaped({Index(1) << 62, 4}); }), "more elements"));
}
