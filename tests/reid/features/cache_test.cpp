#include "reid/features/cache.h"

#include "tests/reid/features/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

int calls = 0;

// Two numbers that take no time; how often they were asked for is counted.
Feature counted_feature() {
  return {"mean", "", "mean 1", 2, {{"all", 0, 2, Damping::none}}, [](const Planes& rgb, float* out) {
            ++calls;
            out[0] = rgb.plane(0)[0];
            out[1] = rgb.plane(1)[5];
          }};
}

std::vector<Image> three_images() {
  return {noise_image(128, 48, 1), noise_image(128, 48, 2), noise_image(128, 48, 3)};
}

}  // namespace

TEST_CASE("features are computed once, then read: the same bits") {
  TemporaryFolder folder;
  const auto images = three_images();
  calls = 0;
  const CachedFeatures first = cached_features(folder / "new", counted_feature(), images, 1);
  CHECK_FALSE(first.found);
  CHECK(calls == 3);
  const CachedFeatures second = cached_features(folder / "new", counted_feature(), images, 1);
  CHECK(second.found);
  CHECK(calls == 3);
  CHECK(second.rows.values == first.rows.values);
  CHECK(second.rows.count == 3);
  CHECK(contains(second.sentence, "read from"));
  CHECK(std::distance(std::filesystem::directory_iterator(folder / "new"), {}) == 1);
}

TEST_CASE("another pixel, order, size or parameter is another file") {
  TemporaryFolder folder;
  auto images = three_images();
  const auto file = cache_file(folder.path(), counted_feature(), images);
  CHECK(file == cache_file(folder.path(), counted_feature(), three_images()));
  Feature other = counted_feature();
  other.parameters = "mean 2";
  CHECK(file != cache_file(folder.path(), other, images));
  std::swap(images[0], images[1]);
  CHECK(file != cache_file(folder.path(), counted_feature(), images));
  images = three_images();
  images[2].pixels.back() ^= 1;
  CHECK(file != cache_file(folder.path(), counted_feature(), images));
  images = three_images();
  std::swap(images[0].height, images[0].width);
  CHECK(file != cache_file(folder.path(), counted_feature(), images));
  images.pop_back();
  CHECK(file != cache_file(folder.path(), counted_feature(), images));
}

TEST_CASE("a damaged file is never used: computed again, replaced, and said so") {
  TemporaryFolder folder;
  const auto images = three_images();
  const FeatureMatrix good = cached_features(folder.path(), counted_feature(), images, 1).rows;
  const auto file = cache_file(folder.path(), counted_feature(), images);
  const std::vector<std::uint8_t> bytes = bytes_of(file);
  const auto check = [&](std::vector<std::uint8_t> damaged) {
    write_bytes(file, damaged);
    const CachedFeatures again = cached_features(folder.path(), counted_feature(), images, 1);
    CHECK_FALSE(again.found);
    CHECK(contains(again.sentence, "is damaged and was not used"));
    CHECK(again.rows.values == good.values);
    CHECK(bytes_of(file) == bytes);
  };
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::vector<std::uint8_t> flipped = bytes;
    flipped[at] ^= 0x10;
    check(flipped);
  }
  check({bytes.begin(), bytes.end() - 1});
  check({});
  std::vector<std::uint8_t> longer = bytes;
  longer.push_back(0);
  check(longer);
}

TEST_CASE("a folder that cannot be written costs time, not the result") {
  TemporaryFolder folder;
  write_text(folder / "file", "x");
  const CachedFeatures result = cached_features(folder / "file", counted_feature(), three_images(), 1);
  CHECK_FALSE(result.found);
  CHECK(result.rows.count == 3);
  CHECK(contains(result.sentence, "not kept"));
}
