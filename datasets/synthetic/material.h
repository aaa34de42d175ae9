#pragma once
#include "datasets/synthetic/appearance.h"

namespace triptych::synthetic {

enum class Surface { cloth, torso, face, hair, leaves, brickwork };

// The surface of a tube. Its coordinates: u is the angle around the tube in turns (-0.5..0.5, 0 the front,
// 0.25 the person's left), and v the length along it in metres (for torso: the height over the ground of the
// upright body).
struct Material {
  Surface surface = Surface::cloth;
  Cloth cloth;
  float around = 1;           // circumference in metres, so that patterns keep their size
  float bottom = 0, top = 1;  // torso: hem and collar
  float opening = 0;          // torso: half-width, in turns, of the gap that shows `inner`
  Colour inner;
  std::uint32_t key = 0;
};

// The reflected share of each colour at (u, v).
Colour albedo(const Material& material, float u, float v);

}  // namespace triptych::synthetic
