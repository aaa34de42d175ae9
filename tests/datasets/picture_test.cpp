#include "datasets/picture.h"

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("a PNG comes back as it was written, and no temporary file stays") {
  TemporaryFolder folder;
  const Picture picture = noise_picture(7, 5, 1);
  write_png(folder / "new/folder/a.png", picture);
  const Picture back = read_picture(folder / "new/folder/a.png");
  CHECK(back.height == 7);
  CHECK(back.width == 5);
  CHECK(back.pixels == picture.pixels);
  CHECK(std::distance(std::filesystem::directory_iterator(folder / "new/folder"), {}) == 1);
}

TEST_CASE("channels are RGB, rows from the top") {
  const std::string ppm = "P6 2 1 255\n\x01\x02\x03\x0A\x0B\x0C";
  const Picture picture =
      decode_picture({reinterpret_cast<const std::uint8_t*>(ppm.data()), ppm.size()}, "x.ppm");
  CHECK(picture.pixels == std::vector<std::uint8_t>{1, 2, 3, 10, 11, 12});
  CHECK(picture.at(0, 1)[2] == 12);
}

TEST_CASE("a picture that cannot be read is an error that names the file") {
  TemporaryFolder folder;
  CHECK(contains(complaint([&] { read_picture(folder / "absent.png"); }), "absent.png"));
  std::filesystem::create_directory(folder / "dir.png");
  CHECK(contains(complaint([&] { read_picture(folder / "dir.png"); }), "is a folder"));
  write_text(folder / "text.png", "not a picture");
  const std::string message = complaint([&] { read_picture(folder / "text.png"); });
  CHECK(contains(message, "text.png"));
  CHECK(contains(message, "not a PNG, JPEG, BMP or PPM"));
  write_text(folder / "empty.png", "");
  CHECK(contains(complaint([&] { read_picture(folder / "empty.png"); }), "empty"));
}

TEST_CASE("writing to where nothing can be written says so") {
  TemporaryFolder folder;
  const Picture picture = even_picture(2, 2, 9);
  write_text(folder / "file", "x");
  CHECK(contains(complaint([&] { write_png(folder / "file/a.png", picture); }),
                 "file/a.png could not be written"));
  std::filesystem::create_directory(folder / "taken.png");
  CHECK(contains(complaint([&] { write_png(folder / "taken.png", picture); }), "taken.png"));
  CHECK(contains(complaint([&] { write_png(folder / "b.png", Picture()); }), "empty"));
}

TEST_CASE("names of pictures") {
  for (const char* yes : {"a.png", "a.PNG", "b.c.jpeg", "a.JPG", "x.bmp", "y.ppm"})
    CHECK(has_picture_name(yes));
  for (const char* no : {"a.json", "png", "a.png.part", "Thumbs.db"}) CHECK_FALSE(has_picture_name(no));
}
