#include "datasets/image_source.h"

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

// Four people, two images of 16 x 8 each.
Dataset many_small_images(TemporaryFolder& folder) {
  for (int i = 1; i <= 4; ++i)
    for (const char* camera : {"cam_a", "cam_b"})
      write_png(folder / fmt::format("{}/img_{:04}.png", camera, i),
                noise_image(16, 8, static_cast<std::uint64_t>(i * 2 + (camera[4] == 'b'))));
  return open_dataset(folder.str());
}

ImageSettings settings(std::size_t cache_bytes, int threads = 1) {
  ImageSettings settings{12, 6};
  settings.cache_bytes = cache_bytes, settings.threads = threads;
  return settings;
}

}  // namespace

TEST_CASE("images come in the order of the samples: the same pixels for any cache and number of threads") {
  TemporaryFolder folder;
  const Dataset dataset = many_small_images(folder);
  for (const std::size_t cache : {0, 500, 1 << 20})
    for (const int threads : {1, 3}) {
      const ImageSource images = open_images(dataset, settings(cache, threads));
      REQUIRE(images.count() == 8);
      CHECK(images.cached_bytes() <= cache);
      for (int round = 0; round < 2; ++round)
        for (const Index i : {7, 0, 3, 4, 1, 2, 6, 5}) {
          const Sample& sample = dataset.samples[static_cast<std::size_t>(i)];
          CHECK(images.copy(i).pixels == resize(read_image(sample.file), 12, 6).pixels);
          CHECK(images.camera(i) == sample.camera);
        }
      CHECK(images.cached_bytes() <= cache);
    }
}

TEST_CASE("while the cache is large enough no image is decoded twice, and a copy of the source shares it") {
  std::vector<int> decoded(5);
  const auto decode = [&](Index i) {
    ++decoded[static_cast<std::size_t>(i)];
    return ImageSource::Original{
        std::make_shared<const Image>(noise_image(8, 4, static_cast<std::uint64_t>(i))),
        static_cast<std::uint64_t>(i + 1)};
  };
  const ImageSource images(5, 4, 2, decode, 5 * 4 * 2 * 3), copy = images;
  CHECK(images.try_all(1).empty());
  for (Index i = 0; i < 5; ++i) {
    CHECK(copy.image(i) == images.image(i));  // the very same
    CHECK(copy.hash(i) == static_cast<std::uint64_t>(i + 1));
  }
  CHECK(decoded == std::vector<int>(5, 1));
  const ImageSource small(5, 4, 2, decode, 2 * 4 * 2 * 3);
  for (Index i = 0; i < 5; ++i) small.image(i), small.image(i);
  CHECK(decoded == std::vector<int>(5, 2));
  CHECK(small.cached_bytes() == 2 * 4 * 2 * 3);
}

TEST_CASE("a large set keeps images at their own size where that is smaller") {
  const auto original = std::make_shared<const Image>(noise_image(16, 8, 1));
  const auto decode = [&](Index) { return ImageSource::Original{original, 7}; };
  const Index many = (Index(256) << 20) / (32 * 16 * 3) + 1;  // 256 MiB and an image
  const ImageSource large(many, 32, 16, decode, 1 << 20), small(many - 2, 32, 16, decode, 1 << 20);
  CHECK(large.copy(3).pixels == resize(*original, 32, 16).pixels);
  CHECK(large.cached_bytes() == 16 * 8 * 3);
  CHECK(large.copy(3).pixels == resize(*original, 32, 16).pixels);
  small.image(3);
  CHECK(small.cached_bytes() == 32 * 16 * 3);
  const ImageSource shrinks(many * 32, 8, 4, decode, 1 << 20);
  shrinks.image(3);
  CHECK(shrinks.cached_bytes() == 8 * 4 * 3);
}

TEST_CASE("the hash of an image is one of its pixels, whatever the file is called") {
  TemporaryFolder folder;
  write_png(folder / "a.png", noise_image(6, 4, 1));
  write_png(folder / "b.png", noise_image(6, 4, 1));
  Image other = noise_image(6, 4, 1);
  other.pixels.back() ^= 1;
  write_png(folder / "c.png", other);
  other = noise_image(6, 4, 1);
  std::swap(other.height, other.width);
  write_png(folder / "d.png", other);
  const ImageSource images =
      images_of_files({folder / "a.png", folder / "b.png", folder / "c.png", folder / "d.png"}, settings(0));
  CHECK(images.hash(0) == images.hash(1));
  CHECK(images.hash(0) != images.hash(2));
  CHECK(images.hash(0) != images.hash(3));
  CHECK(images.hash(0) == ImageSource(3, 2, {noise_image(6, 4, 1)}).hash(0));
  CHECK(images.camera(0) == -1);
}

TEST_CASE("opening images tells how far it has come") {
  TemporaryFolder folder;
  std::vector<Index> told;
  open_images(many_small_images(folder), settings(1 << 20), [&](Index done, Index total) {
    CHECK(total == 8);
    told.push_back(done);
  });
  CHECK(told == std::vector<Index>{1, 2, 3, 4, 5, 6, 7, 8});
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
  const std::string single = complaint([&] { open_images(dataset, {4, 2}); });
  CHECK(contains(single, "img_0005.png"));
  CHECK(contains(single, "cut off"));
  CHECK_FALSE(contains(single, "more"));
  write_text(folder / "cam_b/img_0001.png", "");
  write_text(folder / "cam_b/img_0020.png", "");
  const std::string several = complaint([&] { open_images(dataset, {4, 2}); });
  CHECK(contains(several, "cam_a/img_0005.png"));
  CHECK(contains(several, "and 2 more"));
}

TEST_CASE("the fingerprint sees every pixel, label and camera") {
  Dataset dataset = made_up_dataset(2);
  const std::vector<Image> images(4, even_image(2, 2, 7));
  const ImageSource set(2, 2, images);
  const std::uint64_t before = fingerprint(dataset, set);
  CHECK(fingerprint(dataset, set) == before);
  std::vector<Image> changed = images;
  changed[3].pixels.back() ^= 1;
  CHECK(fingerprint(dataset, ImageSource(2, 2, changed)) != before);
  CHECK(fingerprint(dataset, ImageSource(2, 4, images)) != before);
  dataset.samples[0].identity = 1;
  CHECK(fingerprint(dataset, set) != before);
  dataset.samples[0].identity = 0;
  dataset.samples[3].camera = 0;
  CHECK(fingerprint(dataset, set) != before);
}
