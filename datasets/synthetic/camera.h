#pragma once
#include <span>

#include "datasets/synthetic/light.h"
#include "datasets/synthetic/street.h"
#include "datasets/synthetic/synthetic.h"
#include "drawing/image.h"

namespace triptych::synthetic {

// One of the two cameras: where it hangs, what it looks at, its weather and its electronics.
struct Camera {
  Street street;
  Light light;
  float pitch;  // it looks down by this much, radians
  float
      yaw;  // the side of a person who walks along the street; 0 = the front, pi / 2 = their left shoulder leads
  float exposure;      // k
  Colour response[3];  // M: red, green and blue out of the light's red, green and blue
  Colour flare;        // f: stray light
  float gamma;         // of the tone curve, 1 = sRGB-like
  float focus,
      noise;  // standard deviation of the blur in pixels of a 256-pixel image; of the noise, in 1/255
};

// The camera of this seed with this number (0 = A, 1 = B), as hard as the options say. A hangs in the shade
// and B in the sun, and they look at different sides of people who take the same way.
Camera make_camera(const SyntheticOptions& options, std::uint64_t seed, int index);

// What changes from image to image.
struct Shutter {
  float gain = 1;          // of the automatic exposure
  float focus = 0;         // pixels, in addition to the camera's own (as variances add)
  float motion = 0;        // length of the smear in pixels
  float motion_slope = 0;  // dy / dx of the smear
};

// From light to bytes: Q(T(M (k L * h) + f + n)), see the README. `radiance` is [height, width], and is used
// up.
Image develop(const Camera& camera, const Shutter& shutter, Index height, Index width,
              std::vector<Colour>& radiance, Random random);

}  // namespace triptych::synthetic
