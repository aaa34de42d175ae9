#include "datasets/image_cache.h"

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

std::shared_ptr<const Image> pixel(std::uint8_t value) {
  return std::make_shared<const Image>(even_image(1, 1, value));  // 3 bytes
}

}  // namespace

TEST_CASE("a cache never holds more than its capacity, and evicts what was not used since the last round") {
  ImageCache cache(4, 8);
  cache.keep(0, pixel(0)), cache.keep(1, pixel(1));
  CHECK(cache.bytes() == 6);
  CHECK(cache.find(1) != nullptr);
  cache.keep(2, pixel(2));  // the hand clears both bits and evicts 0, where it began
  CHECK(cache.bytes() == 6);
  CHECK(cache.find(0) == nullptr);
  REQUIRE(cache.find(2) != nullptr);
  CHECK(cache.find(2)->pixels[0] == 2);
  cache.keep(3, pixel(3));  // 1 was not used since, 2 was
  CHECK(cache.find(1) == nullptr);
  CHECK(cache.find(2) != nullptr);
  CHECK(cache.find(3) != nullptr);
}

TEST_CASE("an image larger than the cache is not kept, an evicted one outlives its eviction") {
  ImageCache cache(3, 5);
  cache.keep(0, std::make_shared<const Image>(even_image(1, 2, 9)));
  CHECK(cache.bytes() == 0);
  cache.keep(0, pixel(1));
  const auto held = cache.find(0);
  cache.keep(1, pixel(2));
  CHECK(cache.find(0) == nullptr);
  CHECK(held->pixels[0] == 1);
  cache.keep(1, pixel(7));  // there already
  CHECK(cache.find(1)->pixels[0] == 2);
  CHECK(cache.bytes() == 3);
}
