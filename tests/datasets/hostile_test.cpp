// Images that are damaged, hostile or merely unusual: the right pixels or a sentence, and little memory.
#include <cstdlib>
#include <sstream>

#include "datasets/image.h"
#include "datasets/integrity.h"
#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

using Bytes = std::vector<std::uint8_t>;

Image decoded(const std::string& text) {
  return decode_image({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, "x");
}
std::string refusal(const std::string& text) {
  return complaint([&] { decoded(text); });
}
std::string refusal_of_file(const std::string& name) {
  return complaint([&] { read_image("tests/hostile/" + name); });
}

void append_big32(std::string& to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(value >> shift);
}
void append_chunk(std::string& png, const std::string& type_and_data) {
  append_big32(png, static_cast<std::uint32_t>(type_and_data.size() - 4));
  png += type_and_data;
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const char c : type_and_data) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
  }
  append_big32(png, ~crc);
}
std::string png(std::uint32_t width, std::uint32_t height, const std::string& idat,
                const std::string& first_chunk = "") {
  std::string bytes = "\x89PNG\r\n\x1a\n", header = "IHDR";
  if (!first_chunk.empty()) append_chunk(bytes, first_chunk);
  append_big32(header, width), append_big32(header, height);
  header += std::string("\x08\x02\x00\x00\x00", 5);
  append_chunk(bytes, header);
  append_chunk(bytes, "IDAT" + idat);
  append_chunk(bytes, "IEND");
  return bytes;
}

// A deflate stream with fixed codes of `megabytes` of zeros: a zero, then copies of 258 bytes from 1 back
// (length code 285, 11000101, distance code 0, 00000), 13 bits for 258 bytes.
std::string zeros(int megabytes) {
  std::string bits = "11000110000";  // the last block, fixed codes; the literal 0
  const int copies = megabytes * (1 << 20) / 258;
  std::string stream = "\x78\x01";
  unsigned value = 0, count = 0;
  const auto put = [&](char bit) {
    value |= static_cast<unsigned>(bit == '1') << count;
    if (++count == 8) stream += static_cast<char>(value), value = count = 0;
  };
  for (const char bit : bits) put(bit);
  for (int i = 0; i < copies; ++i)
    for (const char bit : std::string_view("1100010100000")) put(bit);
  for (const char bit : std::string_view("0000000")) put(bit);
  for (int i = 0; i < 8; ++i) put('0');
  return stream + "\0\0\0\0";
}

}  // namespace

TEST_CASE("Huffman tables with too many symbols or codes do not reach the decoder") {
  CHECK(contains(refusal_of_file("huffman_symbols.jpg"), "one of its Huffman tables is damaged"));
  CHECK(contains(refusal_of_file("huffman_codes.jpg"), "one of its Huffman tables is damaged"));
  // FF FF 00 among the bits of a scan is no segment that would hide the table behind it.
  CHECK(contains(refusal_of_file("huffman_behind_fill.jpg"), "one of its Huffman tables is damaged"));
}

TEST_CASE("sizes are checked before anything is allocated") {
  CHECK(contains(refusal_of_file("size_26000.jpg"), "declares 26000 x 26000 pixels; 33554432 in all"));
  CHECK(contains(refusal_of_file("sides.png"), "pixels; 33554432 in all are allowed"));
  CHECK(contains(refusal(png(26000, 26000, "x")), "declares 26000 x 26000 pixels"));
  CHECK(contains(refusal(png(5000, 5000, "x")), "which a file of 58 bytes cannot hold"));
  CHECK(contains(refusal("P6\n0 0\n255\n"), "an empty image of 0 x 0"));
  CHECK(contains(refusal("P6\n99999999999999999999 1\n255\n"), "number that is none"));
  std::string bmp("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", 18);
  bmp += std::string("\0\0\0\0\x40\0\0\0\x01\0\x18\0", 12) + std::string(100, '\0');
  CHECK(contains(refusal(bmp), "an empty image of 64 x 0"));
}

TEST_CASE("a PNG that inflates to far more than its pixels is refused when it passes them") {
  const std::string bomb = png(10, 10, zeros(64));
  REQUIRE(bomb.size() < 1000000);
  CHECK(contains(refusal(bomb), "its data hold more than the 10 x 10 pixels"));
}

TEST_CASE("kinds of images that are not read are refused by name") {
  CHECK(
      contains(refusal(png(2, 2, "x", std::string("CgBI\x50\0\x20\x06", 8))), "Apple's own variant of PNG"));
  const std::string start("\xff\xd8\xff", 3),
      frame("\0\x14\x08\0\x01\0\x01\x04\x01\x11\0\x02\x11\0\x03\x11\0\x04\x11\0", 20);
  const std::string scan("\xff\xda\0\x0e\x04\x01\0\x02\0\x03\0\x04\0\0\x3f\0....\xff\xd9", 22);
  CHECK(contains(refusal(start + "\xc0" + frame + scan), "a CMYK JPEG that does not say how"));
  CHECK(contains(refusal(start + "\xc9" + frame + scan), "lossless or arithmetic, SOF9"));
}

TEST_CASE("PNM: samples are scaled by the largest value, and those of 16 bits are big-endian") {
  CHECK(decoded(std::string("P5 2 1 65535\n\x12\x34\xff\xff", 17)).pixels ==
        Bytes{18, 18, 18, 255, 255, 255});  // 0x1234 * 255 / 65535 = 18.13
  CHECK(decoded("P5 3 1 100\n\x01\x32\x64").pixels == Bytes{3, 3, 3, 128, 128, 128, 255, 255, 255});
  CHECK(decoded(std::string("P6 1 1 7\n\0\x03\x07", 12)).pixels == Bytes{0, 109, 255});
  CHECK(contains(refusal("P5 1 1 65536\n12"), "not between 1 and 65535"));
  CHECK(contains(refusal("P5 1 1 65535\n1"), "cut off"));
}

TEST_CASE("a JPEG that EXIF says lies on its side is turned upright") {
  const Image image = read_image("tests/hostile/orientation_6.jpg");
  CHECK(image.height == 128);
  CHECK(image.width == 64);
  // Its corners, as Pillow's exif_transpose has them: red and white above, black and blue below.
  const auto corner = [&](Index y, Index x) {
    return std::vector<bool>{image.at(y, x)[0] > 128, image.at(y, x)[1] > 128, image.at(y, x)[2] > 128};
  };
  CHECK(corner(5, 5) == std::vector<bool>{true, false, false});
  CHECK(corner(5, 58) == std::vector<bool>{true, true, true});
  CHECK(corner(120, 5) == std::vector<bool>{false, false, false});
  CHECK(corner(120, 58) == std::vector<bool>{false, false, true});
  ImageHeader header;
  CHECK(image_damage(bytes_of("tests/hostile/orientation_6.jpg"), header).empty());
  CHECK(header.orientation == 6);
  CHECK(header.width == 128);
}

TEST_CASE("pixels are those that Pillow reads") {
  TemporaryFolder folder;
  const std::string list = (folder / "list").string();
  const int status = std::system(
      ("python3 tests/datasets/pillow.py " + folder.str() + " >" + list + " 2>/dev/null").c_str());
  if (status != 0) {
    MESSAGE("SKIPPED: no python3 with Pillow (python3-pil)");
    return;
  }
  std::ifstream lines(list);
  Index height = 0, width = 0, images = 0;
  int tolerance = 0;
  for (std::string name; lines >> name >> height >> width >> tolerance; ++images) {
    CAPTURE(name);
    const Image image = read_image(folder / name);
    CHECK(image.height == height);
    CHECK(image.width == width);
    const Bytes expected = bytes_of(folder / (name + ".rgb"));
    REQUIRE(expected.size() == image.pixels.size());
    int largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i)
      largest = std::max(largest, std::abs(expected[i] - image.pixels[i]));
    CHECK(largest <= tolerance);
  }
  CHECK(images > 40);
}
