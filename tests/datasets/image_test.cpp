#include "datasets/image.h"

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("a PNG comes back as it was written, and no temporary file stays") {
  TemporaryFolder folder;
  const Image image = noise_image(7, 5, 1);
  write_png(folder / "new/folder/a.png", image);
  const Image back = read_image(folder / "new/folder/a.png");
  CHECK(back.height == 7);
  CHECK(back.width == 5);
  CHECK(back.pixels == image.pixels);
  CHECK(std::distance(std::filesystem::directory_iterator(folder / "new/folder"), {}) == 1);
}

TEST_CASE("channels are RGB, rows from the top") {
  const std::string ppm = "P6 2 1 255\n\x01\x02\x03\x0A\x0B\x0C";
  const Image image = decode_image({reinterpret_cast<const std::uint8_t*>(ppm.data()), ppm.size()}, "x.ppm");
  CHECK(image.pixels == std::vector<std::uint8_t>{1, 2, 3, 10, 11, 12});
  CHECK(image.at(0, 1)[2] == 12);
}

TEST_CASE("an image that cannot be read is an error that names the file") {
  TemporaryFolder folder;
  CHECK(contains(complaint([&] { read_image(folder / "absent.png"); }), "absent.png"));
  std::filesystem::create_directory(folder / "dir.png");
  CHECK(contains(complaint([&] { read_image(folder / "dir.png"); }), "is a folder"));
  write_text(folder / "text.png", "not an image");
  const std::string message = complaint([&] { read_image(folder / "text.png"); });
  CHECK(contains(message, "text.png"));
  CHECK(contains(message, "not a PNG, JPEG, BMP or PPM"));
  write_text(folder / "empty.png", "");
  CHECK(contains(complaint([&] { read_image(folder / "empty.png"); }), "empty"));
}

TEST_CASE("names of images") {
  for (const char* yes : {"a.png", "a.PNG", "b.c.jpeg", "a.JPG", "x.bmp", "y.ppm"})
    CHECK(has_image_name(yes));
  for (const char* no : {"a.json", "png", "a.png.part", "Thumbs.db"}) CHECK_FALSE(has_image_name(no));
}
