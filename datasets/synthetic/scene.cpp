#include "datasets/synthetic/scene.h"

#include <array>

#include "datasets/synthetic/body.h"
#include "datasets/synthetic/walk.h"

namespace triptych::synthetic {
namespace {

void add_figure(Mesh& mesh, const Person& person, const Gait& gait, float yaw, Vec3 place) {
  const std::size_t first = mesh.vertices.size();
  const Skeleton skeleton = walk(person, gait);
  const Figure figure{mesh, person, skeleton};
  add_limbs(figure);
  add_lower(figure);
  add_upper(figure);
  add_head(figure);
  add_bag(figure);
  mesh.move(first, yaw, place);
}

Gait sample_gait(Random& random, float strength) {
  Gait gait;
  const float phase = uniform(random, 0, 2 * kPi), stride = uniform(random, 0.5f, 1.15f);
  gait.phase = mix(gait.phase, phase, strength);
  gait.stride = mix(gait.stride, stride, strength);
  gait.swing = mix(gait.swing, uniform(random, 0.2f, 1.2f), strength);
  gait.lean = mix(gait.lean, uniform(random, 0.02f, 0.12f), strength);
  gait.look = strength * normal(random, 0.22f);
  for (float& bend : gait.bend)
    bend = strength * (random.chance(0.16) ? uniform(random, 0.4f, 1.f) : uniform(random, 0.f, 0.15f));
  return gait;
}

// Most people walk in the direction that shows the camera its side; some walk in the opposite one, and all
// deviate from a straight line.
float sample_yaw(const Camera& camera, Random& random, float strength) {
  const bool other_way = random.chance(0.25 * strength);
  return camera.yaw + strength * normal(random, 0.3f) + (other_way ? kPi : 0);
}

void add_passer_by(const Camera& camera, std::uint64_t seed, Random& random, float strength, Vec3 place,
                   Mesh& mesh) {
  const Person stranger = sample_person(~seed, random.integer(1 << 30));
  const Gait gait = sample_gait(random, 1);
  add_figure(mesh, stranger, gait, sample_yaw(camera, random, strength), place);
}

int add_colour(Mesh& mesh, Colour colour, Surface surface, std::uint32_t key) {
  Material material;
  material.surface = surface;
  material.cloth.base = colour;
  material.cloth.gloss = surface == Surface::cloth ? 0.3f : 0;
  material.key = key;
  return mesh.add_material(material);
}

void add_post(Mesh& mesh, Vec3 foot, float radius, float height, int material) {
  std::array<Ring, 12> rings;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const float y = height * static_cast<float>(i) / (rings.size() - 1),
                r = i + 1 < rings.size() ? radius : 0.2f * radius;
    rings[i] = {foot + Vec3{0, y, 0}, {r, 0, 0}, {0, 0, r}, y};
  }
  mesh.add_tube(rings, {material, 14, 2, {}});
}

// A post, a bin or a shrub: kinds 0, 1 and 2.
void add_obstacle(Index kind, Vec3 foot, std::uint32_t key, Random& random, Mesh& mesh) {
  switch (kind) {
    case 0:
      add_post(mesh, foot, uniform(random, 0.03f, 0.07f), 3.5f,
               add_colour(mesh, paint(0x6d7275), Surface::cloth, key));
      break;
    case 1:
      add_post(mesh, foot, uniform(random, 0.18f, 0.26f), uniform(random, 0.7f, 1.0f),
               add_colour(mesh, paint(0x3f4a45), Surface::cloth, key));
      break;
    default:
      mesh.add_ellipsoid(foot + Vec3{0, 0.25f, 0},
                         {uniform(random, 0.3f, 0.5f), uniform(random, 0.35f, 0.6f), 0.35f},
                         {add_colour(mesh, paint(0x47602f), Surface::leaves, key), 24, 2, {0.25f, 11, 18}});
  }
}

// An object between the person and the camera: a post, a bin, a shrub or another person.
void add_occluder(const Camera& camera, std::uint64_t seed, Random& random, float strength, Mesh& mesh) {
  const bool there = random.chance(strength * 0.14);
  const Index kind = random.integer(4);
  const float side = random.chance(0.5) ? 1.f : -1.f;
  const Vec3 foot{side * uniform(random, 0.08f, 0.42f), 0, uniform(random, 0.35f, 0.8f)};
  const auto key = random.word();
  if (!there) return;
  if (kind < 3)
    add_obstacle(kind, foot, key, random, mesh);
  else
    add_passer_by(camera, seed, random, 1, foot + Vec3{side * 0.18f, 0, 0.2f}, mesh);
}

// Somebody else in a sequence, walking to the left or right at a pace of their own: in front of the person or
// behind. At frame `middle` they stand where the person does; `z` is towards the camera, metres.
void add_walker(std::uint64_t seed, Random& random, Index frame, float middle, float z, Mesh& mesh) {
  const Index who = random.integer(1 << 30);
  const Person stranger = sample_person(~seed, who);
  const Habit habit = sample_habit(~seed, who);
  const float way = random.chance(0.5) ? 1.f : -1.f;
  const float x = way * speed_of(habit, stranger.height) * (static_cast<float>(frame) - middle);
  if (std::abs(x) < 1.2f)
    add_figure(mesh, stranger, gait_at(habit, frame, 1, random), way * kPi / 2, {x, 0, z});
}

// What passes between the person and the camera: an object, since camera and person move, or somebody else.
void add_passing_occluder(const SyntheticOptions& options, std::uint64_t seed, Random& random, Index frame,
                          Mesh& mesh) {
  const bool there = random.chance(options.occlusion * 0.4);
  const Index kind = random.integer(4);
  const float middle = uniform(random, 0, static_cast<float>(options.frames));
  const float pace = uniform(random, 0.07f, 0.16f) * (random.chance(0.5) ? 1.f : -1.f);  // metres per frame
  const float z = uniform(random, 0.35f, 0.8f);
  const auto key = random.word();
  if (!there) return;
  const float x = pace * (static_cast<float>(frame) - middle);
  if (kind == 3)
    add_walker(seed, random, frame, middle, z, mesh);
  else if (std::abs(x) < 1.2f)
    add_obstacle(kind, {x, 0, z}, key, random, mesh);
}

void add_poles(const Camera& camera, Vec3 place, Mesh& mesh) {
  const int paint_of_poles = add_colour(mesh, paint(0x5d6265), Surface::cloth, camera.street.key);
  for (int i = 0; i < 4; ++i) {
    const Vec3 foot = Vec3{camera.street.pole_x[i], 0, camera.street.pole_z[i]} - place;
    if (std::abs(foot.x) < 1) add_post(mesh, foot, 0.05f, 4, paint_of_poles);
  }
}

}  // namespace

Scene make_scene(const SyntheticOptions& options, const Camera& camera, std::uint64_t seed,
                 const Person& person, const Random& shot) {
  Scene scene;
  Random walk = shot.split(1), way = shot.split(2), place = shot.split(3), crowd = shot.split(4),
         barrier = shot.split(5);
  add_figure(scene.mesh, person, sample_gait(walk, options.pose), sample_yaw(camera, way, options.viewpoint),
             {});
  scene.person_vertices = scene.mesh.vertices.size();
  scene.place = {uniform(place, -6, 6), 0, uniform(place, -1.5f, 1.5f)};

  if (crowd.chance(0.22 * options.clutter)) {
    const float side = crowd.chance(0.5) ? 1.f : -1.f;
    const Vec3 beside{side * uniform(crowd, 0.42f, 0.8f), 0, -uniform(crowd, 0.5f, 2.5f)};
    add_passer_by(camera, seed, crowd, options.viewpoint, beside, scene.mesh);
  }
  if (options.clutter > 0) add_poles(camera, scene.place, scene.mesh);
  add_occluder(camera, seed, barrier, options.occlusion, scene.mesh);
  return scene;
}

Scene make_frame(const SyntheticOptions& options, const Camera& camera, std::uint64_t seed,
                 const Walker& walker, Index frame, const Random& sequence) {
  Scene scene;
  Random way = sequence.split(2), place = sequence.split(3), crowd = sequence.split(4),
         barrier = sequence.split(5);
  const float yaw = sample_yaw(camera, way, options.viewpoint);
  const float pan = 0.06f * options.viewpoint * drift(frame, sequence.split(6));  // of the camera, radians
  add_figure(scene.mesh, walker.person, gait_at(walker.habit, frame, options.pose, sequence.split(1)),
             yaw + pan, {});
  scene.person_vertices = scene.mesh.vertices.size();
  // The street passes by; halfway through the sequence the person is where a single image would show them.
  constexpr float kWidest = 3;  // metres from the middle of the street, whose wall begins at 3.5
  const float way_walked = options.pose * speed_of(walker.habit, walker.person.height) *
                           (static_cast<float>(frame) - 0.5f * static_cast<float>(options.frames - 1));
  const float x = uniform(place, -6, 6), z = uniform(place, -1.5f, 1.5f);
  scene.place = {x + std::sin(yaw) * way_walked, 0,
                 std::clamp(z + std::cos(yaw) * way_walked, -kWidest, kWidest)};

  if (crowd.chance(0.3 * options.clutter)) {
    const float middle = uniform(crowd, 0, static_cast<float>(options.frames));
    add_walker(seed, crowd, frame, middle, -uniform(crowd, 0.5f, 2.5f), scene.mesh);
  }
  if (options.clutter > 0) add_poles(camera, scene.place, scene.mesh);
  add_passing_occluder(options, seed, barrier, frame, scene.mesh);
  return scene;
}

}  // namespace triptych::synthetic
