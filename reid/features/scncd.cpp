#include "reid/features/scncd.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "reid/features/colour.h"

namespace triptych {
namespace {

constexpr int salient = 5, cells = 32, cell = 256 / cells;
constexpr float name_positions[colour_names][3] = {
    {0, 0, 0},     {255, 0, 0},     {0, 255, 0},     {0, 0, 255},    {255, 255, 0}, {255, 0, 255},
    {0, 255, 255}, {255, 255, 255}, {128, 0, 0},     {0, 128, 0},    {0, 0, 128},   {128, 128, 0},
    {128, 0, 128}, {0, 128, 128},   {128, 128, 128}, {192, 192, 192}};

NameShares shares_of(const float (&w)[3]) {
  struct Near {
    float square;  // |z - w|^2
    int name;
  } near[colour_names];
  for (int z = 0; z < colour_names; ++z) {
    near[z] = {0, z};
    for (int c = 0; c < 3; ++c) {
      const float difference = name_positions[z][c] - w[c];
      near[z].square += difference * difference;
    }
  }
  std::stable_sort(near, near + colour_names,
                   [](const Near& a, const Near& b) { return a.square < b.square; });

  NameShares shares{};
  float all = 0, sum = 0;
  for (int k = 0; k < salient; ++k) all += near[k].square;
  for (int k = 0; k < salient; ++k) {
    const float others = (all - near[k].square) / (salient - 1);
    sum += shares[static_cast<std::size_t>(near[k].name)] = std::exp(-near[k].square / others);
  }
  for (float& share : shares) share /= sum;
  return shares;
}

using Table = std::array<NameShares, cells * cells * cells>;  // 2 MB, of which an image reads little

std::unique_ptr<const Table> make_table() {
  auto table = std::make_unique<Table>();
  const auto centre = [](int i) { return static_cast<float>(i * cell) + (cell - 1) / 2.0f; };
  for (int r = 0, at = 0; r < cells; ++r)
    for (int g = 0; g < cells; ++g)
      for (int b = 0; b < cells; ++b)
        (*table)[static_cast<std::size_t>(at++)] = shares_of({centre(r), centre(g), centre(b)});
  return table;
}

void add_space(const Planes& space, float* out) {
  float column_weight[scncd_width];
  for (Index x = 0; x < scncd_width; ++x) {
    const float from_centre = static_cast<float>(x) - (scncd_width - 1) / 2.0f, sigma = scncd_width / 4.0f;
    column_weight[x] = std::exp(-from_centre * from_centre / (2 * sigma * sigma));
  }
  const auto byte = [&space](Index channel, Index i) {
    return static_cast<std::uint8_t>(std::clamp(space.plane(channel)[i] * 255 + 0.5f, 0.0f, 255.0f));
  };
  for (Index strip = 0; strip < scncd_strips; ++strip) {
    float* whole = out + strip * colour_names;
    float* middle = whole + scncd_strips * colour_names;
    float pixels = 0, weights = 0;
    for (Index y = scncd_height * strip / scncd_strips; y < scncd_height * (strip + 1) / scncd_strips; ++y)
      for (Index x = 0; x < scncd_width; ++x) {
        const Index i = y * scncd_width + x;
        const NameShares& shares = colour_name_shares(byte(0, i), byte(1, i), byte(2, i));
        for (std::size_t z = 0; z < colour_names; ++z) {
          whole[z] += shares[z];
          middle[z] += column_weight[x] * shares[z];
        }
        pixels += 1, weights += column_weight[x];
      }
    for (int z = 0; z < colour_names; ++z) whole[z] /= pixels, middle[z] /= weights;
  }
}

}  // namespace

const NameShares& colour_name_shares(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  static const std::unique_ptr<const Table> table = make_table();
  const int at = (red / cell * cells + green / cell) * cells + blue / cell;
  return (*table)[static_cast<std::size_t>(at)];
}

void scncd(const Planes& rgb, float* out) {
  std::fill(out, out + scncd_size, 0.0f);
  add_space(rgb, out);
  add_space(convert(rgb, chromaticity), out + scncd_space_size);
  add_space(convert(rgb, hsv), out + 2 * scncd_space_size);
  add_space(convert(rgb, l1l2l3), out + 3 * scncd_space_size);
}

}  // namespace triptych
