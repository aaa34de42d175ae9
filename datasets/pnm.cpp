// P5 (grey) or P6 (RGB): three numbers in ASCII (width, height, largest value) with blanks and comments
// before each, one blank, the samples.
#include <cctype>

#include "datasets/image_format.h"

namespace triptych::format {
namespace {

struct Pnm {
  std::uint64_t width = 0, height = 0, largest = 0;
  std::size_t samples = 0;  // where they begin

  std::size_t sample_bytes() const { return largest > 255 ? 2 : 1; }
};

bool read_number(Bytes b, std::size_t& at, std::uint64_t& number) {
  constexpr std::uint64_t most = 100'000'000;
  while (at < b.size() && (std::isspace(b[at]) || b[at] == '#')) {
    if (b[at] == '#')
      while (at < b.size() && b[at] != '\n') ++at;
    else
      ++at;
  }
  const std::size_t first = at;
  for (; at < b.size() && std::isdigit(b[at]) && number < most; ++at) number = number * 10 + (b[at] - '0');
  return at > first && at < b.size() && std::isspace(b[at]);
}

std::string read_header(Bytes b, Pnm& pnm) {
  std::size_t at = 2;
  for (std::uint64_t* number : {&pnm.width, &pnm.height, &pnm.largest})
    if (!read_number(b, at, *number))
      return at >= b.size() ? cut_off : "its header holds a number that is none";
  pnm.samples = at + 1;
  return pnm.largest >= 1 && pnm.largest <= 65535 ? "" : "its largest value is not between 1 and 65535";
}

std::size_t channels(Bytes b) {
  return b[1] == '6' ? 3 : 1;
}

// value * 255 / largest, rounded, ties to even: as Pillow does.
std::uint8_t scaled(std::uint32_t value, std::uint32_t largest) {
  if (value >= largest) return 255;
  const std::uint32_t quotient = value * 255 / largest, rest = 2 * (value * 255 % largest);
  return static_cast<std::uint8_t>(quotient + (rest > largest || (rest == largest && quotient % 2)));
}

}  // namespace

std::string pnm_damage(Bytes b, ImageHeader& header) {
  Pnm pnm;
  const std::string fault = read_header(b, pnm);
  if (!fault.empty()) return fault;
  header.width = static_cast<Index>(pnm.width), header.height = static_cast<Index>(pnm.height);
  if (const std::string size = size_fault(header, b.size()); !size.empty()) return size;
  const std::uint64_t wanted = pnm.width * pnm.height * channels(b) * pnm.sample_bytes();
  return b.size() - pnm.samples < wanted ? cut_off : "";
}

Image decode_pnm(Bytes b) {
  Pnm pnm;
  read_header(b, pnm);
  const std::size_t from = channels(b), width = pnm.sample_bytes();
  Image image(static_cast<Index>(pnm.height), static_cast<Index>(pnm.width));
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    const std::size_t at = pnm.samples + (from == 3 ? i : i / 3) * width;
    image.pixels[i] = scaled(width == 2 ? big16(b, at) : b[at], static_cast<std::uint32_t>(pnm.largest));
  }
  return image;
}

}  // namespace triptych::format
