#include "datasets/integrity.h"

#include <stb/stb_image_write.h>

#include "datasets/image.h"
#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

void append(void* context, void* data, int size) {
  auto& to = *static_cast<std::vector<std::uint8_t>*>(context);
  to.insert(to.end(), static_cast<std::uint8_t*>(data), static_cast<std::uint8_t*>(data) + size);
}

// The same noise as each kind of file.
std::vector<std::uint8_t> encoded(const std::string& kind) {
  const Image p = noise_image(24, 18, 3);
  const int w = static_cast<int>(p.width), h = static_cast<int>(p.height);
  std::vector<std::uint8_t> bytes;
  if (kind == "png") stbi_write_png_to_func(append, &bytes, w, h, 3, p.pixels.data(), 3 * w);
  if (kind == "jpeg") stbi_write_jpg_to_func(append, &bytes, w, h, 3, p.pixels.data(), 90);
  if (kind == "bmp") stbi_write_bmp_to_func(append, &bytes, w, h, 3, p.pixels.data());
  if (kind == "ppm") {
    const std::string header = "P6\n# a comment\n18 24\n255\n";
    bytes.assign(header.begin(), header.end());
    bytes.insert(bytes.end(), p.pixels.begin(), p.pixels.end());
  }
  return bytes;
}

}  // namespace

TEST_CASE("whole files pass, files that are cut off anywhere do not") {
  for (const char* kind : {"png", "jpeg", "bmp", "ppm"}) {
    CAPTURE(kind);
    const std::vector<std::uint8_t> whole = encoded(kind);
    REQUIRE(whole.size() > 100);
    CHECK(image_damage(whole) == "");
    CHECK(decode_image(whole, kind).height == 24);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      CAPTURE(length);
      const std::vector<std::uint8_t> part(whole.begin(),
                                           whole.begin() + static_cast<std::ptrdiff_t>(length));
      CHECK(image_damage(part) != "");
      CHECK_THROWS_AS(decode_image(part, kind), Error);
    }
  }
}

TEST_CASE("a flipped bit in a PNG is found by its checksum") {
  std::vector<std::uint8_t> bytes = encoded("png");
  bytes[bytes.size() / 2] ^= 4;
  CHECK(contains(image_damage(bytes), "checksum"));
}

TEST_CASE("bytes behind the end do no harm") {
  for (const char* kind : {"png", "jpeg", "bmp", "ppm"}) {
    CAPTURE(kind);
    std::vector<std::uint8_t> bytes = encoded(kind);
    bytes.insert(bytes.end(), 10, 0);
    CHECK(image_damage(bytes) == "");
  }
}
