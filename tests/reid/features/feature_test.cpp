#include "reid/features/feature.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/reid/features/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("every feature: a name and a key of its own, blocks without gaps, the published sizes") {
  std::vector<std::string> keys, names;
  for (const Feature& feature : features()) {
    CAPTURE(feature.name);
    Index next = 0;
    for (const Block& block : feature.blocks) {
      CHECK(block.first == next);
      CHECK(block.size > 0);
      next += block.size;
    }
    CHECK(next == feature.size);
    CHECK(&find_feature(feature.name) == &feature);
    CHECK(std::find(keys.begin(), keys.end(), feature.parameters) == keys.end());
    keys.push_back(feature.parameters);
  }
  CHECK(find_feature("lomo").size == 26960);
  CHECK(find_feature("gog").size == 27622);
}

TEST_CASE("every feature writes all of its numbers, and differs between images") {
  for (const Feature& feature : features()) {
    CAPTURE(feature.name);
    std::vector<float> a(static_cast<std::size_t>(feature.size), std::numeric_limits<float>::quiet_NaN()),
        b = a;
    feature.extract(noise_image(128, 48, 1), a.data());
    feature.extract(noise_image(128, 48, 2), b.data());
    CHECK(std::all_of(a.begin(), a.end(), [](float v) { return std::isfinite(v); }));
    CHECK(a != b);
  }
}

TEST_CASE("an unknown name lists those there are") {
  const std::string message = complaint([] { find_feature("sift"); });
  CHECK(contains(message, "\"sift\""));
  CHECK(contains(message, "lomo-plain"));
  CHECK(contains(message, "gog-nrnrg"));
}

TEST_CASE("rows are the same for any number of threads, and images of any size are taken") {
  std::vector<Image> images;
  for (std::uint64_t i = 0; i < 5; ++i) images.push_back(noise_image(100 + static_cast<Index>(i), 60, i));
  for (const char* name : {"lomo", "gog-rgb", "scncd", "hist-lbp"}) {
    CAPTURE(name);
    const ImageSource source(feature_height, feature_width, images);
    const FeatureMatrix one = extract(find_feature(name), source, 1),
                        four = extract(find_feature(name), source, 4);
    CHECK(one.count == 5);
    CHECK(one.values == four.values);
    std::vector<float> alone(static_cast<std::size_t>(one.size));
    find_feature(name).extract(images[3], alone.data());
    CHECK(std::equal(alone.begin(), alone.end(), one.row(3).begin()));
  }
}

TEST_CASE("an empty image is an error") {
  const ImageSource images(feature_height, feature_width, std::vector<Image>(2));
  CHECK(contains(complaint([&] { extract(find_feature("lomo"), images, 1); }), "0 x 0"));
}
