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
  const ImageSource images(128, 48, three_images());
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
  const auto name = [&](const std::vector<Image>& images, const Feature& feature, Index height = 128) {
    return cache_file(folder.path(), feature, ImageSource(height, 48, images));
  };
  const std::vector<Image> images = three_images();
  const Feature feature = counted_feature();
  const auto file = name(images, feature);
  CHECK(file == name(three_images(), feature));
  Feature other = counted_feature();
  other.parameters = "mean 2";
  CHECK(file != name(images, other));
  CHECK(file != name({images[1], images[0], images[2]}, feature));
  CHECK(file != name(images, feature, 64));
  CHECK(file != name({images[0], images[1]}, feature));
  std::vector<Image> changed = images;
  changed[2].pixels.back() ^= 1;
  CHECK(file != name(changed, feature));
  changed = images;
  std::swap(changed[0].height, changed[0].width);
  CHECK(file != name(changed, feature));
}

TEST_CASE("a damaged file is never used: computed again, replaced, and said so") {
  TemporaryFolder folder;
  const ImageSource images(128, 48, three_images());
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
  const CachedFeatures result =
      cached_features(folder / "file", counted_feature(), ImageSource(128, 48, three_images()), 1);
  CHECK_FALSE(result.found);
  CHECK(result.rows.count == 3);
  CHECK(contains(result.sentence, "not kept"));
}
