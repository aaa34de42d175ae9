#include "reid/features/retinex.h"

#include <algorithm>
#include <cmath>

namespace triptych {
namespace {

// weights[i, j] of input j in output i, for n pixels in a row.
std::vector<float> blur_weights(Index n, float sigma) {
  std::vector<float> weights(static_cast<std::size_t>(n * n), 0.0f);
  for (Index i = 0; i < n; ++i) {
    float* row = weights.data() + i * n;
    float sum = 0;
    for (Index j = 0; j < n; ++j) {
      const float distance = static_cast<float>(i - j);
      if (std::abs(distance) <= 3 * sigma)
        sum += row[j] = std::exp(-distance * distance / (2 * sigma * sigma));
    }
    for (Index j = 0; j < n; ++j) row[j] /= sum;
  }
  return weights;
}

// to[x] += weight * from[x]
void add_scaled(const float* from, float weight, Index n, float* to) {
  for (Index x = 0; x < n; ++x) to[x] += weight * from[x];
}

}  // namespace

Planes blur(const Planes& planes, float sigma) {
  const Index height = planes.height, width = planes.width;
  const std::vector<float> vertical = blur_weights(height, sigma), horizontal = blur_weights(width, sigma);
  Planes between(planes.channels, height, width), out(planes.channels, height, width);
  for (Index c = 0; c < planes.channels; ++c) {
    for (Index y = 0; y < height; ++y)
      for (Index j = 0; j < height; ++j)
        if (const float w = vertical[static_cast<std::size_t>(y * height + j)]; w > 0)
          add_scaled(planes.plane(c) + j * width, w, width, between.plane(c) + y * width);
    for (Index y = 0; y < height; ++y) {
      const float* from = between.plane(c) + y * width;
      float* to = out.plane(c) + y * width;
      for (Index x = 0; x < width; ++x)
        for (Index j = 0; j < width; ++j)
          to[x] += horizontal[static_cast<std::size_t>(x * width + j)] * from[j];
    }
  }
  return out;
}

Planes retinex(const Planes& rgb, const RetinexOptions& options) {
  constexpr float grey_level = 1.0f / 255;  // keeps the logarithm finite
  Planes light = rgb, out(rgb.channels, rgb.height, rgb.width);
  for (float& v : light.values) v += grey_level;
  for (const float sigma : options.sigmas) {
    const Planes surround = blur(light, sigma);
    for (std::size_t i = 0; i < out.values.size(); ++i)
      out.values[i] +=
          std::log(light.values[i] / surround.values[i]) / static_cast<float>(options.sigmas.size());
  }
  double sum = 0, squares = 0;
  for (const float v : out.values) sum += v, squares += double(v) * v;
  const double n = static_cast<double>(out.values.size()), mean = sum / n;
  // A uniform image has no contrast to stretch: it becomes grey.
  const double deviation = std::max(std::sqrt(std::max(squares / n - mean * mean, 0.0)), 1e-4);
  const float m = static_cast<float>(mean), ks = options.deviations * static_cast<float>(deviation);
  for (float& v : out.values) v = std::clamp((v - m + ks) / (2 * ks), 0.0f, 1.0f);
  return out;
}

Planes grey_world(const Planes& rgb) {
  double mean[3] = {};
  for (Index c = 0; c < 3; ++c)
    for (Index i = 0; i < rgb.pixels(); ++i) mean[c] += rgb.plane(c)[i];
  const double grey = (mean[0] + mean[1] + mean[2]) / 3;
  Planes out = rgb;
  for (Index c = 0; c < 3; ++c) {
    const float gain = mean[c] > 0 ? static_cast<float>(grey / mean[c]) : 1.0f;
    for (Index i = 0; i < rgb.pixels(); ++i) out.plane(c)[i] = std::min(rgb.plane(c)[i] * gain, 1.0f);
  }
  return out;
}

}  // namespace triptych
