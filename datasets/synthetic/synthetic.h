#pragma once
#include <cstdint>
#include <vector>

#include "drawing/image.h"

namespace triptych {

// Drawn pedestrians, seen by two cameras: enough people to train and test on without downloading any.
//
// An image is a function of (seed, person, camera, shot) and of nothing else: no state, no clock, no threads.
// Who the person is (body, clothes, bag) follows from (seed, person); what a camera is (its street, light and
// colours) from (seed, camera); where the person walks, the box around them and the noise from all four.
//
// Each knob is a strength: 0 takes its effect away, 1 is as hard as a real pair of street cameras, and
// between them the effect fades. datasets/synthetic/README.md has the formula behind each.
struct SyntheticOptions {
  Index identities = 200;           // how many a data set holds; the renderer itself draws any person >= 0
  Index height = 256, width = 128;  // pixels

  float viewpoint = 1;  // 0: everybody is seen from the same side; 1: the cameras see different sides
  float pose = 1;       // 0: everybody stands in the same step; 1: any phase of a walk, stride and swing vary
  float illumination = 1;  // 0: one even light; 1: each camera has its sun, sky, exposure and cast shadows
  float cast = 1;          // 0: true colours; 1: each camera has its white balance, crosstalk and gamma
  float clutter = 1;       // 0: an even grey backdrop; 1: streets, walls, poles and passers-by
  float occlusion = 1;     // 0: nothing stands before the person; 1: one image in seven is partly hidden
  float misalignment = 1;  // 0: the box fits the person; 1: shifted and scaled as a detector does
  float blur = 1;          // 0: sharp; 1: out of focus, coarse and smeared by motion
  float noise = 1;         // 0: none; 1: shot and read noise of a small sensor
};

// The image of `person` by `camera` (0 = A, 1 = B), [height, width, 3] RGB bytes. `shot` counts the images of
// the same person by the same camera. Throws Error when a knob is outside 0..1 or a size, person, camera or
// shot is impossible. May be called from any thread.
Image render_person(const SyntheticOptions& options, std::uint64_t seed, Index person, int camera,
                    Index shot = 0);

// What one pixel of such an image shows.
enum class Truth : std::uint8_t {
  surroundings,  // the street, and everything that does not hide the person
  person,        // of the identity that the image is labelled with
  occluder       // something nearer to the camera: without it the person would be seen here
};

// The ground truth of render_person's image with the same arguments, [height, width] row-major, before blur:
// where at least half of a pixel's samples are the person's, it is person or occluder, whichever covers more of
// them. Every map that claims to say where the person is can be measured against it.
std::vector<Truth> render_truth(const SyntheticOptions& options, std::uint64_t seed, Index person, int camera,
                                Index shot = 0);

}  // namespace triptych
