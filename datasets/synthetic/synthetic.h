#pragma once
#include <cstdint>
#include <vector>

#include "drawing/image.h"

namespace triptych {

// Synthetic pedestrians, seen by two cameras: enough identities to train and test on without a download.
//
// An image is a function of (seed, person, camera, shot) only: no state, no clock, no threads. The person's
// appearance (body, clothes, bag) depends on (seed, person); the camera (street, light and colours) on (seed,
// camera); the position of the person, the box and the noise on all four.
//
// Each knob is a strength: 0 removes its effect, 1 is as hard as a real pair of street cameras, and values in
// between scale it. datasets/synthetic/README.md has the formula of each.
struct SyntheticOptions {
  Index identities = 200;           // of a data set; the renderer itself accepts any person >= 0
  Index height = 256, width = 128;  // pixels

  float viewpoint = 1;     // 0: all people are seen from the same side; 1: the cameras see different sides
  float pose = 1;          // 0: one pose for all; 1: any phase of a walk, with varying stride and swing
  float illumination = 1;  // 0: one even light; 1: each camera has its sun, sky, exposure and cast shadows
  float cast = 1;          // 0: true colours; 1: each camera has its white balance, crosstalk and gamma
  float clutter = 1;       // 0: an even grey backdrop; 1: streets, walls, poles and passers-by
  float occlusion = 1;     // 0: nothing occludes the person; 1: one image in seven is partly occluded
  float misalignment = 1;  // 0: the box fits the person; 1: shifted and scaled as by a detector
  float blur = 1;          // 0: sharp; 1: out of focus, low resolution and motion blur
  float noise = 1;         // 0: none; 1: shot and read noise of a small sensor

  Index frames = 0;      // of a sequence, in which people walk; 0: images, each by itself
  float appearance = 1;  // probability that a person has looks of their own; 0: all look like person 0
};

// The image of `person` by `camera` (0 = A, 1 = B), [height, width, 3] RGB bytes. `shot` numbers the images
// of the same person by the same camera. With options.frames it numbers their sequences, and `frame` says
// which moment of one. Throws Error when a knob is outside 0..1 or a size, person, camera, shot or frame is
// invalid. Thread-safe.
Image render_person(const SyntheticOptions& options, std::uint64_t seed, Index person, int camera,
                    Index shot = 0, Index frame = 0);

// The content of one pixel of such an image.
enum class Truth : std::uint8_t {
  surroundings,  // the street, and everything that does not hide the person
  person,        // the identity that the image is labelled with
  occluder       // an object in front of the person, who would be visible here without it
};

// The ground truth of render_person's image with the same arguments, [height, width] row-major, before blur:
// where the person covers at least half of a pixel's samples, hidden or not, the pixel is person or occluder,
// whichever covers more of them. Saliency and attention maps can be evaluated against it.
std::vector<Truth> render_truth(const SyntheticOptions& options, std::uint64_t seed, Index person, int camera,
                                Index shot = 0, Index frame = 0);

}  // namespace triptych
