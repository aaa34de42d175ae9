#pragma once
#include "datasets/synthetic/camera.h"
#include "datasets/synthetic/pose.h"
#include "datasets/synthetic/walk.h"

namespace triptych::synthetic {

// The objects of one image, in metres relative to the feet of its person.
struct Scene {
  Mesh mesh;
  std::size_t person_vertices = 0;  // these come first; the others belong to other people and objects
  Vec3 place;                       // of the person in the camera's street
};

// The person at one moment of their walk, passers-by, objects in the street and occluders.
Scene make_scene(const SyntheticOptions& options, const Camera& camera, std::uint64_t seed,
                 const Person& person, const Random& shot);

// One frame of a sequence: the same, as they are at that moment of their walks.
struct Walker {
  Person person;
  Habit habit;
};
Scene make_frame(const SyntheticOptions& options, const Camera& camera, std::uint64_t seed,
                 const Walker& walker, Index frame, const Random& sequence);

}  // namespace triptych::synthetic
