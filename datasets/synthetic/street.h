#pragma once
#include "datasets/synthetic/mesh.h"

namespace triptych::synthetic {

enum class Ground { asphalt, slabs, cobbles };
enum class Wall { plaster, brick, hedge, glass };

// The static background of a camera, in the street's own coordinates: x along the image, z towards the
// camera, metres. All people of a camera walk through the same street, each at a different place.
struct Street {
  Ground ground, road;
  Wall wall;
  Colour ground_colour, road_colour, wall_colour;
  float wall_z;  // position of the wall
  float kerb_z;  // the road begins here, nearer to the camera
  float angle;   // of the pattern on the ground, radians
  float tile;    // side of a slab, metres
  float zebra;   // brightness of a crossing's bars; 0 = no crossing
  float pole_x[4], pole_z[4];
  std::uint32_t key;
};

Street make_street(Random random);

// Albedo of the ground at (x, z) and of the wall at (x, height y).
Colour ground_albedo(const Street& street, float x, float z);
Colour wall_albedo(const Street& street, float x, float y);

}  // namespace triptych::synthetic
