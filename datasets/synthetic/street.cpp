#include "datasets/synthetic/street.h"

#include "datasets/synthetic/texture.h"

namespace triptych::synthetic {
namespace {

constexpr float kEdge = 0.012f;  // metres, about a pixel

Colour paved(Ground kind, Colour colour, float tile, float x, float z, std::uint32_t key) {
  const float grain =
      0.78f + 0.3f * value_noise(1.7f * x, 1.7f * z, key) + 0.16f * value_noise(25 * x, 25 * z, key + 9);
  if (kind == Ground::asphalt) return colour * grain;
  const float size = kind == Ground::slabs ? tile : 0.16f;
  const int row = floor_int(z / size);
  const float shifted = x + 0.5f * size * static_cast<float>(row & 1);  // odd rows are shifted by half
  const float own = 0.85f + 0.3f * hash01(floor_int(shifted / size), row, key + 13);
  const float joint = std::max(stripe(shifted + size / 2, size, 0.02f / size, 2 * kEdge),
                               stripe(z + size / 2, size, 0.03f / size, 3 * kEdge));
  return colour * (grain * own * (1 - 0.35f * joint));
}

}  // namespace

Street make_street(Random random) {
  constexpr unsigned kStone[] = {0x8a8786, 0x7d7a7c, 0x9a948a, 0x6f7175, 0x8c7f78, 0xa39c92};
  constexpr unsigned kRoad[] = {0x55565a, 0x636266, 0x6b6a6a, 0x4b4d52};
  constexpr unsigned kWall[] = {0xb9b2a3, 0x8f5a48, 0x9aa0a3, 0xc7bfae, 0x6d7479, 0xa98f74};
  Street s{};
  s.ground = static_cast<Ground>(random.integer(3));
  s.road = Ground::asphalt;
  s.wall = static_cast<Wall>(random.integer(4));
  s.ground_colour = paint(kStone[random.integer(6)]);
  s.road_colour = paint(kRoad[random.integer(4)]);
  s.wall_colour = s.wall == Wall::hedge   ? paint(0x4d6236)
                  : s.wall == Wall::glass ? paint(0x59656c)
                                          : paint(kWall[random.integer(6)]);
  s.wall_z = -uniform(random, 3.5f, 6.5f);
  s.kerb_z = uniform(random, 0.5f, 2.5f);
  s.angle = uniform(random, -0.7f, 0.7f);
  s.tile = uniform(random, 0.4f, 0.9f);
  s.zebra = random.chance(0.4) ? uniform(random, 0.35f, 0.65f) : 0;
  for (int i = 0; i < 4; ++i) {
    s.pole_x[i] = uniform(random, -7, 7);
    s.pole_z[i] = s.wall_z + uniform(random, 0.3f, 2.5f);
  }
  s.key = random.word();
  return s;
}

Colour ground_albedo(const Street& s, float x, float z) {
  const float c = std::cos(s.angle), n = std::sin(s.angle);
  const float px = c * x + n * z, pz = c * z - n * x;
  if (z < s.kerb_z) {
    const float kerb = smoothstep(0.16f, 0.13f, s.kerb_z - z);
    return mix(paved(s.ground, s.ground_colour, s.tile, px, pz, s.key), s.ground_colour * 1.35f, kerb);
  }
  Colour colour = paved(s.road, s.road_colour, s.tile, px, pz, s.key + 1);
  if (s.zebra > 0) {
    const float worn = 0.75f + 0.4f * fractal_noise(2 * x, 2 * z, s.key + 3);
    colour = mix(colour, Colour{1, 1, 1} * (s.zebra * worn),
                 0.9f * stripe(px + 0.6f * pz, 1.1f, 0.45f, 4 * kEdge));
  }
  return colour;
}

Colour wall_albedo(const Street& s, float x, float y) {
  const float stain = 0.8f + 0.4f * fractal_noise(0.9f * x, 1.7f * y, s.key + 21);
  Colour colour = s.wall_colour * stain;
  switch (s.wall) {
    case Wall::hedge:
      return s.wall_colour * (0.25f + 1.5f * fractal_noise(11 * x, 11 * y, s.key + 23));
    case Wall::brick: {
      const float row = std::floor(y / 0.09f), odd = row - 2 * std::floor(row / 2);
      const float joint =
          std::max(stripe(y, 0.09f, 0.15f, kEdge), stripe(x + 0.12f * odd, 0.24f, 0.06f, kEdge));
      return mix(colour * (0.8f + 0.4f * value_noise(std::floor((x + 0.12f * odd) / 0.24f), row, s.key + 25)),
                 Colour{0.45f, 0.43f, 0.4f}, 0.6f * joint);
    }
    case Wall::glass: {  // panes with reflections, in frames
      const float frame = std::max(stripe(x, 1.5f, 0.06f, kEdge), stripe(y - 0.3f, 2.2f, 0.05f, kEdge));
      const float mirror = 0.35f + 1.2f * fractal_noise(0.7f * x, 0.5f * y, s.key + 27);
      return mix(s.wall_colour * mirror, Colour{0.25f, 0.25f, 0.26f}, frame);
    }
    case Wall::plaster:
      break;
  }
  const float plinth = smoothstep(0.52f, 0.48f, y);
  const float window = stripe(x, 3.1f, 0.4f, kEdge) * smoothstep(0.9f, 0.92f, y) * smoothstep(2.4f, 2.38f, y);
  colour = mix(colour, colour * 0.55f, plinth);
  return mix(colour, Colour{0.06f, 0.07f, 0.08f} * stain, window);
}

}  // namespace triptych::synthetic
