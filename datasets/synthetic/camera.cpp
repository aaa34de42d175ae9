#include "datasets/synthetic/camera.h"

#include <array>

namespace triptych::synthetic {
namespace {

Light make_light(Random& random, int index, float strength) {
  const Light even{unit({0.15f, 0.6f, 0.8f}), Colour{1, 1, 1} * 0.55f, Colour{1, 1, 1} * 0.75f,
                   Colour{1, 1, 1} * 0.45f};
  // A under clouds, B in the sun: the hardest pair that is common in streets.
  const float height = index == 0 ? uniform(random, 0.9f, 1.2f) : uniform(random, 0.5f, 0.85f);
  const float side = uniform(random, 0.5f, 1.2f) * (random.chance(0.5) ? 1.f : -1.f);
  const float sun = index == 0 ? uniform(random, 0.15f, 0.4f) : uniform(random, 0.9f, 1.3f);
  const float sky = index == 0 ? uniform(random, 0.75f, 1.0f) : uniform(random, 0.35f, 0.5f);
  Light light;
  light.to_sun =
      unit(mix(even.to_sun,
               unit({std::sin(side) * std::cos(height), std::sin(height), std::cos(side) * std::cos(height)}),
               strength));
  light.sun = mix(even.sun, Colour{1.05f, 1, 0.92f} * sun, strength);
  light.sky = mix(even.sky, Colour{0.94f, 1, 1.08f} * sky, strength);
  light.bounce = mix(even.bounce, Colour{1, 0.97f, 0.93f} * (0.3f * (sun + sky)), strength);
  return light;
}

// M: an inaccurate white balance, and crosstalk between the colour filters.
void make_response(Random& random, int index, float strength, Camera& camera) {
  const float sign = index == 0 ? 1.f : -1.f;  // one camera is tinted magenta, the other green
  const float green = -sign * uniform(random, 0.04f, 0.12f), warm = uniform(random, -0.10f, 0.10f);
  const float white[3] = {1 + strength * (warm - 0.5f * green - (index == 1 ? 0.10f : 0.f)),
                          1 + strength * green, 1 + strength * (-warm - 0.5f * green)};
  const float leak = strength * uniform(random, 0.04f, 0.13f);
  const Colour rows[3] = {{1 - 2 * leak, leak, leak}, {leak, 1 - 2 * leak, leak}, {leak, leak, 1 - 2 * leak}};
  for (int c = 0; c < 3; ++c) camera.response[c] = rows[c] * white[c];
  camera.gamma = 1 + strength * uniform(random, -0.12f, 0.12f);
  camera.flare =
      Colour{uniform(random, 0.f, 0.012f), uniform(random, 0.f, 0.014f), uniform(random, 0.f, 0.016f)} *
      strength;
}

// out += tap * in: the inner loop of every filter here.
void accumulate(float* out, const float* in, float tap, Index count) {
#pragma omp simd
  for (Index i = 0; i < count; ++i) out[i] += tap * in[i];
}

// A filter of odd length along x or y over [height, width, 3]; border pixels are repeated.
void convolve(std::vector<Colour>& image, Index height, Index width, std::span<const float> taps,
              bool vertical) {
  static_assert(sizeof(Colour) == 3 * sizeof(float));
  const Index half = static_cast<Index>(taps.size()) / 2, row = 3 * width;
  const std::vector<Colour> source = image;
  std::vector<Colour> padded(static_cast<std::size_t>(width + 2 * half));
  std::fill(image.begin(), image.end(), Colour{});
  for (Index y = 0; y < height; ++y) {
    float* out = &image[static_cast<std::size_t>(y * width)].x;
    if (!vertical)
      for (Index x = -half; x < width + half; ++x)
        padded[static_cast<std::size_t>(x + half)] =
            source[static_cast<std::size_t>(y * width + std::clamp<Index>(x, 0, width - 1))];
    for (Index t = 0; t <= 2 * half; ++t) {
      const Index from = std::clamp<Index>(y + t - half, 0, height - 1) * width;
      const Colour* in =
          vertical ? &source[static_cast<std::size_t>(from)] : &padded[static_cast<std::size_t>(t)];
      accumulate(out, &in->x, taps[static_cast<std::size_t>(t)], row);
    }
  }
}

std::vector<float> gaussian(float deviation) {
  const int half = static_cast<int>(std::ceil(2.5f * deviation));
  std::vector<float> taps;
  float total = 0;
  for (int i = -half; i <= half; ++i) {
    taps.push_back(std::exp(-0.5f * static_cast<float>(i * i) / (deviation * deviation)));
    total += taps.back();
  }
  for (float& tap : taps) tap /= total;
  return taps;
}

// The tone curve T as a table of 4097 entries: a power for every channel would be too slow. It is indexed by
// the square root of the light, so that shadows keep their resolution.
std::array<std::uint8_t, 4097> tone_curve(float gamma) {
  std::array<std::uint8_t, 4097> curve;
  for (std::size_t i = 0; i < curve.size(); ++i)
    curve[i] =
        static_cast<std::uint8_t>(255 * std::pow(static_cast<float>(i) / 4096, 2 / (2.2f * gamma)) + 0.5f);
  return curve;
}

// Sensor noise of one pixel, standard deviation about 1: sums of random bytes, which are nearly normal (Irwin
// and Hall) and need two random words per pixel. Brightness and colour vary separately, as after the
// interpolation of a colour filter array.
Colour grain(Random& random) {
  const std::uint32_t a = random.word(), b = random.word();
  const auto brightness =
      (static_cast<float>((a & 255) + (a >> 8 & 255) + (a >> 16 & 255) + (a >> 24)) - 510) / 180;
  const auto red = (static_cast<float>((b & 255) + (b >> 8 & 255)) - 255) / 180;
  const auto blue = (static_cast<float>((b >> 16 & 255) + (b >> 24)) - 255) / 180;
  return {brightness + red, brightness, brightness + blue};
}

}  // namespace

Camera make_camera(const SyntheticOptions& options, std::uint64_t seed, int index) {
  const Random root = Random(seed).split(0x63616d657261);  // "camera"
  Random common = root.split(2), random = root.split(static_cast<std::uint64_t>(index));
  Camera camera{};
  camera.street = make_street(root.split(static_cast<std::uint64_t>(10 + index)));
  const float first = (common.chance(0.5) ? 1.f : -1.f) * uniform(common, 40, 75);
  const float second = first + (common.chance(0.5) ? 1.f : -1.f) * uniform(common, 55, 110);
  camera.yaw = mix(40, index == 0 ? first : second, options.viewpoint) * kDegree;
  camera.pitch = mix(18, uniform(random, 13, 26), options.viewpoint) * kDegree;
  camera.light = make_light(random, index, options.illumination);
  camera.exposure = 1 + options.illumination * (uniform(random, 0.9f, 1.35f) - 1);
  make_response(random, index, options.cast, camera);
  camera.focus = options.blur * uniform(random, 0.7f, 1.3f);
  camera.noise = options.noise * uniform(random, 3.5f, 7.f);
  return camera;
}

Image develop(const Camera& camera, const Shutter& shutter, Index height, Index width,
              std::vector<Colour>& radiance, Random random) {
  const float zoom = static_cast<float>(height) / 256;
  const float focus = zoom * std::hypot(camera.focus, shutter.focus);
  if (focus > 0.2f) {
    const std::vector<float> taps = gaussian(focus);
    convolve(radiance, height, width, taps, false);
    convolve(radiance, height, width, taps, true);
  }
  if (const int smear = static_cast<int>(zoom * shutter.motion); smear > 0) {
    const std::vector<float> taps(static_cast<std::size_t>(2 * smear + 1),
                                  1 / static_cast<float>(2 * smear + 1));
    convolve(radiance, height, width, taps, shutter.motion_slope > 1);
  }
  const auto curve = tone_curve(camera.gamma);
  const float k = camera.exposure * shutter.gain, deviation = camera.noise / 255;
  Image image(height, width);
  std::uint8_t* out = image.pixels.data();
  const auto digitise = [&](float x, float n) {
    // Photon counts are Poisson distributed: the standard deviation of x is proportional to sqrt(x), that of
    // sqrt(x) is constant (Anscombe 1948).
    return curve[static_cast<std::size_t>(4096 * clamp01(std::sqrt(std::max(x, 0.f)) + n) + 0.5f)];
  };
  for (const Colour& light : radiance) {
    const Colour n = deviation > 0 ? grain(random) * deviation : Colour{};
    *out++ = digitise(k * dot(camera.response[0], light) + camera.flare.x, n.x);
    *out++ = digitise(k * dot(camera.response[1], light) + camera.flare.y, n.y);
    *out++ = digitise(k * dot(camera.response[2], light) + camera.flare.z, n.z);
  }
  return image;
}

}  // namespace triptych::synthetic
