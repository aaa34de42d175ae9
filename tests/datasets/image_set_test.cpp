#include "datasets/image_set.h"

#include <cmath>

#include "datasets/image.h"
#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("images are loaded in the order of the samples, the same for any number of threads") {
  TemporaryFolder folder;
  write_images(folder,
               {"cam_a/img_0001.png", "cam_a/img_0002.png", "cam_b/img_0001.png", "cam_b/img_0002.png"});
  const Dataset dataset = open_dataset(folder.str());
  const ImageSet one = load_images(dataset, 6, 3, 1, 0), three = load_images(dataset, 6, 3, 3, 0);
  CHECK(one.count == 4);
  CHECK(one.pixels == three.pixels);
  for (Index i = 0; i < 4; ++i)
    CHECK(one.copy(i).pixels ==
          resize(read_image(dataset.samples[static_cast<std::size_t>(i)].file), 6, 3).pixels);
}

TEST_CASE("unreadable images are one error that names the first") {
  TemporaryFolder folder;
  std::vector<std::string> names;
  for (int i = 1; i <= 20; ++i)
    for (const char* camera : {"cam_a", "cam_b"}) names.push_back(fmt::format("{}/img_{:04}.png", camera, i));
  write_images(folder, names);
  const Dataset dataset = open_dataset(folder.str());
  std::vector<std::uint8_t> bytes = bytes_of(folder / "cam_a/img_0005.png");
  bytes.erase(bytes.end() - 5, bytes.end());
  write_bytes(folder / "cam_a/img_0005.png", bytes);
  const std::string single = complaint([&] { load_images(dataset, 4, 2, 2, 0); });
  CHECK(contains(single, "img_0005.png"));
  CHECK(contains(single, "cut off"));
  CHECK_FALSE(contains(single, "more"));
  write_text(folder / "cam_b/img_0001.png", "");
  write_text(folder / "cam_b/img_0020.png", "");
  const std::string several = complaint([&] { load_images(dataset, 4, 2, 2, 0); });
  CHECK(contains(several, "cam_a/img_0005.png"));
  CHECK(contains(several, "and 2 more"));
}

TEST_CASE("means and deviations of the channels, of the given images alone") {
  ImageSet set{3, 1, 2, {0, 10, 100, 255, 10, 200, 0, 10, 100, 255, 10, 200, 9, 9, 9, 9, 9, 9}};
  const Index samples[] = {0, 1};
  const Normalisation n = measure_normalisation(set, samples);
  CHECK(n.mean[0] == doctest::Approx(0.5));
  CHECK(n.deviation[0] == doctest::Approx(0.5));
  CHECK(n.mean[1] == doctest::Approx(10 / 255.0));
  CHECK(n.deviation[1] == doctest::Approx(1 / 255.0));  // even, but never zero
  CHECK(n.mean[2] == doctest::Approx(150 / 255.0));
  CHECK(n.deviation[2] == doctest::Approx(50 / 255.0));
  CHECK_THROWS_AS(measure_normalisation(set, {}), Error);
}

TEST_CASE("each camera is measured by itself, and a camera nobody measured counts as all of them") {
  ImageSet set{4, 1, 1, {10, 10, 10, 30, 30, 30, 200, 200, 200, 90, 90, 90}};
  const Index samples[] = {0, 1, 2};
  CHECK(measure_normalisation(set, samples, true).cameras.empty());  // who took them is not known
  set.cameras = {0, 0, 1, 2};
  CHECK(measure_normalisation(set, samples, false).cameras.empty());
  const CameraNormalisation n = measure_normalisation(set, samples, true);
  REQUIRE(n.cameras.size() == 3);
  CHECK(n.of(set, 0).mean[0] == doctest::Approx(20 / 255.0));
  CHECK(n.of(set, 2).mean[0] == doctest::Approx(200 / 255.0));
  CHECK(n.of(set, 3).mean[0] == doctest::Approx(80 / 255.0));
  CHECK(n.overall.mean[0] == doctest::Approx(80 / 255.0));
  set.cameras = {0, 0, 7, 2};
  CHECK(n.of(set, 2).mean[0] == n.overall.mean[0]);
}

TEST_CASE("the fingerprint sees every pixel, label and camera") {
  Dataset dataset = made_up_dataset(2);
  ImageSet set{4, 2, 2, std::vector<std::uint8_t>(48, 7)};
  const std::uint64_t before = fingerprint(dataset, set);
  CHECK(fingerprint(dataset, set) == before);
  set.pixels[47] ^= 1;
  CHECK(fingerprint(dataset, set) != before);
  set.pixels[47] ^= 1;
  dataset.samples[0].identity = 1;
  CHECK(fingerprint(dataset, set) != before);
  dataset.samples[0].identity = 0;
  dataset.samples[3].camera = 0;
  CHECK(fingerprint(dataset, set) != before);
}
