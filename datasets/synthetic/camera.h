#pragma once
#include <span>

#include "datasets/synthetic/light.h"
#include "datasets/synthetic/street.h"
#include "datasets/synthetic/synthetic.h"
#include "drawing/image.h"

namespace triptych::synthetic {

// One of the two cameras: its position, its street, its light and its electronics.
struct Camera {
  Street street;
  Light light;
  float pitch;         // downwards, radians
  float yaw;           // visible side of a person walking along the street; 0 = front, pi / 2 = left shoulder
  float exposure;      // k
  Colour response[3];  // M: maps the red, green and blue of the light to those of the sensor
  Colour flare;        // f: stray light
  float gamma;         // of the tone curve, 1 = sRGB-like
  float focus;         // standard deviation of the blur, in pixels of a 256-pixel image
  float noise;         // standard deviation, in 1/255
};

// The camera of this seed with this index (0 = A, 1 = B), with the difficulties of the options. A is in the
// shade and B in the sun, and they see different sides of people who walk the same way.
Camera make_camera(const SyntheticOptions& options, std::uint64_t seed, int index);

// Parameters that change from image to image.
struct Shutter {
  float gain = 1;          // of the automatic exposure
  float focus = 0;         // pixels, in addition to the camera's own (variances add)
  float motion = 0;        // length of the motion blur, pixels
  float motion_slope = 0;  // dy / dx of the motion blur
};

// Converts light to bytes: Q(T(M (k L * h) + f + n)), see the README. `radiance` is [height, width]; it is
// overwritten.
Image develop(const Camera& camera, const Shutter& shutter, Index height, Index width,
              std::vector<Colour>& radiance, Random random);

}  // namespace triptych::synthetic
