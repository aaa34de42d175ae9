#pragma once
#include "datasets/synthetic/camera.h"
#include "datasets/synthetic/pose.h"

namespace triptych::synthetic {

// All that is in one image, in metres around the feet of the person it is of.
struct Scene {
  Mesh mesh;
  std::size_t person_vertices =
      0;       // the first so many belong to that person; the rest to others and to things
  Vec3 place;  // of the person in the camera's street
};

// The person in a step of their walk, passers-by, what stands in the street and what stands in the way.
Scene make_scene(const SyntheticOptions& options, const Camera& camera, std::uint64_t seed,
                 const Person& person, const Random& shot);

}  // namespace triptych::synthetic
