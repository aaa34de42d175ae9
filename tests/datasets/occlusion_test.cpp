#include "datasets/occlusion.h"

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

// Image i is of one colour, i + 1, with a side of 100 + i at the left and 200 + i at the right.
ImageSource plain_images(Index count, Index height, Index width) {
  std::vector<Image> images;
  for (Index i = 0; i < count; ++i) {
    Image image(height, width);
    for (Index y = 0; y < height; ++y)
      for (Index x = 0; x < width; ++x)
        std::fill_n(image.at(y, x), 3,
                    static_cast<std::uint8_t>(x < width / 8            ? 100 + i
                                              : x >= width - width / 8 ? 200 + i
                                                                       : i + 1));
    images.push_back(std::move(image));
  }
  return ImageSource(height, width, std::move(images));
}

ImageSource with_cameras(ImageSource images, const Dataset& dataset) {
  std::vector<int> cameras;
  for (const Sample& sample : dataset.samples) cameras.push_back(sample.camera);
  images.set_cameras(std::move(cameras));
  return images;
}

std::vector<Index> all_of(const Dataset& dataset) {
  std::vector<Index> all;
  for (std::size_t i = 0; i < dataset.samples.size(); ++i) all.push_back(static_cast<Index>(i));
  return all;
}

}  // namespace

TEST_CASE("an occluder covers the share that was asked for, in wide and in tall rectangles") {
  Random random(5);
  int wide = 0, street = 0;
  for (int i = 0; i < 400; ++i) {
    const Paste paste = draw_paste(random, 256, 128, 0.25);
    const Rectangle& r = paste.where;
    CHECK(static_cast<double>(r.height * r.width) / (256 * 128) == doctest::Approx(0.25).epsilon(0.03));
    CHECK((r.top >= 0 && r.left >= 0 && r.top + r.height <= 256 && r.left + r.width <= 128));
    CHECK((paste.top >= 0 && paste.top + r.height <= 256));
    wide += 2 * r.height < 256, street += paste.street;
  }
  CHECK((wide > 160 && wide < 240));
  CHECK((street > 160 && street < 240));
}

TEST_CASE("what is pasted: the donor's middle columns, or its side, mirrored over and over") {
  const ImageSource images = plain_images(2, 8, 16);
  const Paste person{{1, 2, 3, 6}, false, false, 4}, street{{0, 0, 8, 5}, true, true, 0};
  Image target = images.copy(0);
  paste_over(person, images.copy(1).pixels.data(), target.pixels.data(), 8, 16);
  CHECK(*target.at(1, 2) == 2);
  CHECK(*target.at(3, 7) == 2);
  CHECK(*target.at(4, 2) == 1);  // the row below
  CHECK(*target.at(1, 8) == 1);
  CHECK(*target.at(0, 2) == 1);
  target = images.copy(0);
  paste_over(street, images.copy(1).pixels.data(), target.pixels.data(), 8, 16);
  for (Index x = 0; x < 5; ++x) CHECK(*target.at(7, x) == 201);
  CHECK(*target.at(7, 5) == 1);

  Image ramp(1, 16);  // a street of two columns, 14 and 15: 15, 14, 14, 15, 15, ...
  for (Index x = 0; x < 16; ++x) std::fill_n(ramp.at(0, x), 3, static_cast<std::uint8_t>(x));
  Image tiled(1, 16);
  paste_over({{0, 0, 1, 5}, true, true, 0}, ramp.pixels.data(), tiled.pixels.data(), 1, 16);
  const std::vector<int> expected = {15, 14, 14, 15, 15, 0};
  for (Index x = 0; x < 6; ++x) CHECK(*tiled.at(0, x) == expected[static_cast<std::size_t>(x)]);
}

TEST_CASE("occluded: the given samples and no others, by people who are not searched for") {
  const Dataset dataset = made_up_dataset(6);  // samples 0..5 of camera 0, 6..11 of camera 1
  const ImageSource images = with_cameras(plain_images(12, 32, 16), dataset);
  const std::vector<Index> tested = {0, 1, 2}, queries = {6, 7, 8};
  const std::vector<Index> donors = occluder_donors(dataset, tested);
  CHECK(donors == std::vector<Index>{3, 4, 5, 9, 10, 11});
  const ImageSource covered = occluded(images, dataset, queries, donors, 0.25, 7);
  CHECK(covered.camera(7) == 1);
  for (Index i = 0; i < 12; ++i) {
    const Image before = images.copy(i), after = covered.copy(i);
    const bool query = i >= 6 && i < 9;
    CHECK(covered.occluder(i).empty() == !query);
    CHECK((covered.hash(i) == images.hash(i)) == !query);
    const Rectangle r = covered.occluder(i);
    int changed = 0;
    for (Index y = 0; y < 32; ++y)
      for (Index x = 0; x < 16; ++x) {
        if (*after.at(y, x) == *before.at(y, x)) continue;
        ++changed;
        CHECK((y >= r.top && y < r.top + r.height && x >= r.left && x < r.left + r.width));
        const int value = *after.at(y, x), donor = value >= 200   ? value - 200
                                                   : value >= 100 ? value - 100
                                                                  : value - 1;
        CHECK((donor >= 9 && donor <= 11));  // of the same camera, of nobody in the gallery
      }
    CHECK(changed == (query ? r.height * r.width : 0));
  }
}

TEST_CASE("occluded: a function of seed and sample; the size of the images only rounds the rectangle") {
  const Dataset dataset = made_up_dataset(6);
  const ImageSource small = with_cameras(plain_images(12, 64, 32), dataset),
                    large = with_cameras(plain_images(12, 256, 128), dataset);
  const std::vector<Index> donors = occluder_donors(dataset, std::vector<Index>{0, 1, 2});
  const ImageSource one = occluded(small, dataset, std::vector<Index>{6, 7}, donors, 0.4, 7),
                    again = occluded(small, dataset, std::vector<Index>{7, 8}, donors, 0.4, 7),
                    other = occluded(small, dataset, std::vector<Index>{7}, donors, 0.4, 8),
                    big = occluded(large, dataset, std::vector<Index>{7}, donors, 0.4, 7);
  CHECK(one.copy(7).pixels == again.copy(7).pixels);
  CHECK(one.copy(7).pixels != other.copy(7).pixels);
  const Rectangle a = one.occluder(7), b = big.occluder(7);
  CHECK(std::abs(4 * a.height - b.height) <= 4);
  CHECK(std::abs(4 * a.top - b.top) <= 8);
  CHECK(std::abs(4 * a.left - b.left) <= 8);
}

TEST_CASE("occluded: everybody is a donor where everybody is tested, but nobody hides themselves") {
  const Dataset dataset = made_up_dataset(2);
  const ImageSource images = with_cameras(plain_images(4, 32, 16), dataset);
  const std::vector<Index> both = {0, 1}, everything = all_of(dataset);
  const std::vector<Index> donors = occluder_donors(dataset, both);
  CHECK(donors == everything);
  const ImageSource covered = occluded(images, dataset, everything, donors, 0.4, 1);
  for (Index i = 0; i < 4; ++i) CHECK(covered.copy(i).pixels != images.copy(i).pixels);
  const Dataset alone = made_up_dataset(1);
  CHECK_THROWS_WITH_AS(occluded(with_cameras(plain_images(2, 32, 16), alone), alone, std::vector<Index>{0},
                                std::vector<Index>{0, 1}, 0.4, 1),
                       doctest::Contains("no image of another identity"), Error);
}
