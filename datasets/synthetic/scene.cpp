#include "datasets/synthetic/scene.h"

#include <array>

#include "datasets/synthetic/body.h"

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

// An object between the person and the camera: a post, a bin, a shrub or another person.
void add_occluder(const Camera& camera, std::uint64_t seed, Random& random, float strength, Mesh& mesh) {
  const bool there = random.chance(strength * 0.14);
  const Index kind = random.integer(4);
  const float side = random.chance(0.5) ? 1.f : -1.f;
  const Vec3 foot{side * uniform(random, 0.08f, 0.42f), 0, uniform(random, 0.35f, 0.8f)};
  const auto key = random.word();
  if (!there) return;
  switch (kind) {
    case 0:
      add_post(mesh, foot, uniform(random, 0.03f, 0.07f), 3.5f,
               add_colour(mesh, paint(0x6d7275), Surface::cloth, key));
      break;
    case 1:
      add_post(mesh, foot, uniform(random, 0.18f, 0.26f), uniform(random, 0.7f, 1.0f),
               add_colour(mesh, paint(0x3f4a45), Surface::cloth, key));
      break;
    case 2:
      mesh.add_ellipsoid(foot + Vec3{0, 0.25f, 0},
                         {uniform(random, 0.3f, 0.5f), uniform(random, 0.35f, 0.6f), 0.35f},
                         {add_colour(mesh, paint(0x47602f), Surface::leaves, key), 24, 2, {0.25f, 11, 18}});
      break;
    default:
      add_passer_by(camera, seed, random, 1, foot + Vec3{side * 0.18f, 0, 0.2f}, mesh);
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
  if (options.clutter > 0) {
    const int paint_of_poles = add_colour(scene.mesh, paint(0x5d6265), Surface::cloth, camera.street.key);
    for (int i = 0; i < 4; ++i) {
      const Vec3 foot = Vec3{camera.street.pole_x[i], 0, camera.street.pole_z[i]} - scene.place;
      if (std::abs(foot.x) < 1) add_post(scene.mesh, foot, 0.05f, 4, paint_of_poles);
    }
  }
  add_occluder(camera, seed, barrier, options.occlusion, scene.mesh);
  return scene;
}

}  // namespace triptych::synthetic
