#include "datasets/synthetic/synthetic.h"

#include "datasets/synthetic/raster.h"
#include "datasets/synthetic/render.h"
#include "engine/error.h"

namespace triptych {
namespace {

using namespace synthetic;

void check(const SyntheticOptions& o, Index person, int camera, Index shot, Index frame) {
  const std::pair<const char*, float> knobs[] = {{"viewpoint", o.viewpoint},
                                                 {"pose", o.pose},
                                                 {"illumination", o.illumination},
                                                 {"cast", o.cast},
                                                 {"clutter", o.clutter},
                                                 {"occlusion", o.occlusion},
                                                 {"misalignment", o.misalignment},
                                                 {"blur", o.blur},
                                                 {"noise", o.noise},
                                                 {"appearance", o.appearance}};
  for (const auto& [name, value] : knobs)
    require(value >= 0 && value <= 1,
            "synthetic people: {} is {}, but a knob goes from 0 (off) to 1 (as in the street)", name, value);
  require(o.height >= 16 && o.width >= 8 && o.height <= 4096 && o.width <= 4096,
          "synthetic people: an image of {} x {} pixels; give 16..4096 rows and 8..4096 columns", o.height,
          o.width);
  require(person >= 0 && shot >= 0, "synthetic people: person {} and shot {} must not be negative", person,
          shot);
  require(camera == 0 || camera == 1, "synthetic people: there is no camera {}; 0 is A and 1 is B", camera);
  require(o.frames >= 0 && frame >= 0 && frame < std::max<Index>(o.frames, 1),
          "synthetic people: there is no frame {} in a sequence of {} frames", frame, o.frames);
}

// Who is drawn as this person: at `appearance` below 1 some wear what person 0 wears.
Person looks_of(const SyntheticOptions& options, std::uint64_t seed, Index person) {
  Random random = Random(seed).split(0x6c6f6f6b73).split(static_cast<std::uint64_t>(person));  // "looks"
  return sample_person(seed, random.chance(options.appearance) ? person : 0);
}

// The person's bounding box, as a detector gives it: a margin of 10% when it fits, else shifted and scaled.
View frame_person(const SyntheticOptions& options, const Camera& camera, const Scene& scene, Random random) {
  View view;
  const float c = std::cos(camera.pitch), s = std::sin(camera.pitch);
  view.up = {0, c, -s};
  view.toward = {0, s, c};
  float left = 1e9f, right = -1e9f, top = 1e9f, bottom = -1e9f;  // y points down
  for (std::size_t i = 0; i < scene.person_vertices; ++i) {
    const Vec3 p = view.project(scene.mesh.vertices[i].position);
    left = std::min(left, p.x), right = std::max(right, p.x);
    top = std::min(top, p.y), bottom = std::max(bottom, p.y);
  }
  const float m = options.misalignment;
  const auto height = static_cast<float>(options.height * kOversample),
             width = static_cast<float>(options.width * kOversample);
  const float fill = 0.92f * std::exp(m * normal(random, 0.06f));
  view.scale = fill * std::min(height / (bottom - top), 1.12f * width / (right - left));
  const float dx = m * normal(random, 0.045f) * width, dy = m * normal(random, 0.022f) * height;
  view.x0 = width / 2 - view.scale * (left + right) / 2 + dx;
  view.y0 = height / 2 - view.scale * (top + bottom) / 2 + dy;
  return view;
}

// The same of a frame, as a tracker gives it: on the person's height and place, which do not change with
// every step, and drifting slowly from there.
View follow_person(const SyntheticOptions& options, const Camera& camera, const Person& person, Index frame,
                   Random random) {
  View view;
  const float c = std::cos(camera.pitch), s = std::sin(camera.pitch);
  view.up = {0, c, -s};
  view.toward = {0, s, c};
  const float m = options.misalignment;
  const auto height = static_cast<float>(options.height * kOversample),
             width = static_cast<float>(options.width * kOversample);
  const float fill = 0.88f * std::exp(m * (normal(random, 0.06f) + 0.02f * drift(frame, random.split(1))));
  const float depth = 0.25f * s;  // metres: of the feet before and behind the person, seen from above
  view.scale = fill * height / (person.height * c + depth);
  const float dx = normal(random, 0.03f) + 0.03f * drift(frame, random.split(2)),
              dy = normal(random, 0.018f) + 0.012f * drift(frame, random.split(3));
  view.x0 = width / 2 + m * dx * width;
  view.y0 = height / 2 + view.scale * person.height * c / 2 + m * dy * height;
  return view;
}

Shutter sample_shutter(const SyntheticOptions& options, Random random) {
  Shutter shutter;
  shutter.gain = 1 + options.illumination * (std::exp(normal(random, 0.16f)) - 1);
  shutter.focus = options.blur * uniform(random, 0, 1.1f);
  shutter.motion = options.blur * std::max(0.f, uniform(random, -1.5f, 2.5f));
  shutter.motion_slope = random.chance(0.15) ? 2.f : 0.f;  // mostly sideways, the walking direction
  return shutter;
}

// All inputs of an image.
struct Shot {
  Random random;
  Camera camera;
  Scene scene;
  View view;
};

Shot take_shot(const SyntheticOptions& options, std::uint64_t seed, Index person, int camera_index,
               Index shot_index, Index frame) {
  check(options, person, camera_index, shot_index, frame);
  const Random random = Random(seed)
                            .split(0x73686f74)  // "shot"
                            .split(static_cast<std::uint64_t>(person))
                            .split(static_cast<std::uint64_t>(2 * shot_index + camera_index));
  Camera camera = make_camera(options, seed, camera_index);
  const Person looks = looks_of(options, seed, person);
  if (options.frames > 0) {
    camera.pitch += 0.03f * options.viewpoint * drift(frame, random.split(14));  // it nods slowly
    Scene scene = make_frame(options, camera, seed, {looks, sample_habit(seed, person)}, frame, random);
    return {random, camera, std::move(scene), follow_person(options, camera, looks, frame, random.split(11))};
  }
  Scene scene = make_scene(options, camera, seed, looks, random);
  const View view = frame_person(options, camera, scene, random.split(11));
  return {random, camera, std::move(scene), view};
}

// The scene with the person alone.
Mesh person_alone(const Scene& scene) {
  Mesh mesh;
  mesh.vertices.assign(scene.mesh.vertices.begin(),
                       scene.mesh.vertices.begin() + static_cast<std::ptrdiff_t>(scene.person_vertices));
  for (const Triangle& triangle : scene.mesh.triangles)
    if (triangle.corner[0] < scene.person_vertices) mesh.triangles.push_back(triangle);
  return mesh;
}

}  // namespace

Image render_person(const SyntheticOptions& options, std::uint64_t seed, Index person, int camera,
                    Index shot_index, Index frame) {
  const Shot shot = take_shot(options, seed, person, camera, shot_index, frame);
  const Random grain = shot.random.split(13);
  std::vector<Colour> radiance = render(shot.scene, shot.camera, shot.view, static_cast<int>(options.height),
                                        static_cast<int>(options.width), options.clutter);
  return develop(shot.camera, sample_shutter(options, shot.random.split(12)), options.height, options.width,
                 radiance, frame == 0 ? grain : grain.split(static_cast<std::uint64_t>(frame)));
}

std::vector<Truth> render_truth(const SyntheticOptions& options, std::uint64_t seed, Index person, int camera,
                                Index shot_index, Index frame) {
  const Shot shot = take_shot(options, seed, person, camera, shot_index, frame);
  const int height = static_cast<int>(options.height), width = static_cast<int>(options.width);
  const Mesh alone = person_alone(shot.scene);
  FrameBuffer all(width * kOversample, height * kOversample), unhidden = all;
  rasterise(shot.scene.mesh, shot.view, all);
  rasterise(alone, shot.view, unhidden);
  const auto is_person = [&](int triangle) {
    return triangle >= 0 && shot.scene.mesh.triangles[static_cast<std::size_t>(triangle)].corner[0] <
                                shot.scene.person_vertices;
  };
  std::vector<Truth> truth;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      int visible = 0, hidden = 0;
      for (int s = 0; s < kOversample * kOversample; ++s) {
        const int column = x * kOversample + s % kOversample, row = y * kOversample + s / kOversample;
        if (is_person(all.at(column, row).triangle))
          ++visible;
        else
          hidden += unhidden.at(column, row).triangle >= 0;
      }
      constexpr int half = kOversample * kOversample / 2;
      truth.push_back(visible + hidden < half ? Truth::surroundings
                      : visible >= hidden     ? Truth::person
                                              : Truth::occluder);
    }
  return truth;
}

}  // namespace triptych
