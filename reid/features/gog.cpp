#include "reid/features/gog.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "reid/features/colour.h"
#include "reid/features/gaussian.h"

namespace triptych {
namespace {

constexpr Index stride = 2, reach = 2;  // patches every 2 pixels, of 5 = 2 + 1 + 2
constexpr Index grid_height = gog_height / stride, grid_width = gog_width / stride,
                patches = grid_height * grid_width;
constexpr Index chunk_rows = grid_height / 8;  // a strip is two of the eight chunks
constexpr double epsilon = 0.001;

// Four planes: the gradient's length, shared between the two directions next to its angle, in proportion.
// Central differences; beyond the border the nearest pixel is repeated. (The first implementation has black
// there, which is a strong edge around every image: rank 1 on held-out training identities of PRID-450S is
// 1.4 points lower with it.)
void gradient_planes(const Planes& grey, float* out) {
  const Index height = grey.height, width = grey.width, pixels = grey.pixels();
  std::fill(out, out + 4 * pixels, 0.0f);
  const auto at = [&](Index y, Index x) {
    return grey.plane(0)[std::clamp<Index>(y, 0, height - 1) * width + std::clamp<Index>(x, 0, width - 1)];
  };
  for (Index y = 0; y < height; ++y)
    for (Index x = 0; x < width; ++x) {
      const float dx = at(y, x + 1) - at(y, x - 1), dy = at(y - 1, x) - at(y + 1, x);
      const float quarter = (std::atan2(dx, dy) / std::numbers::pi_v<float> + 1) * 2;  // the angle, 0..4
      const float floor = std::floor(quarter), share = quarter - floor, length = std::hypot(dx, dy);
      const Index bin = static_cast<Index>(floor) % 4;
      out[bin * pixels + y * width + x] = length * (1 - share);
      out[(bin + 1) % 4 * pixels + y * width + x] = length * share;
    }
}

Planes colour_planes(const Planes& rgb, GogColour colour) {
  if (colour == GogColour::rgb) return rgb;
  if (colour == GogColour::hsv) return convert(rgb, hsv);
  if (colour == GogColour::chromaticity) return convert(rgb, chromaticity);
  return convert(rgb, [](float red, float green, float blue) {
    const ColourTriple c = lab(red, green, blue);
    return ColourTriple{c.a / 100, (c.b + 50) / 100, (c.c + 50) / 100};  // about 0..1, like the other spaces
  });
}

// Sums of a plane's products over each patch: sums[grid] of a b, along x first and then along y. b may be
// nullptr: a.
void patch_sums(const float* a, const float* b, double* sums) {
  double row_sums[gog_height][grid_width];
  for (Index y = 0; y < gog_height; ++y) {
    double product[gog_width];
    for (Index x = 0; x < gog_width; ++x)
      product[x] = double(a[y * gog_width + x]) * (b ? b[y * gog_width + x] : 1);
    for (Index g = 0; g < grid_width; ++g) {
      const Index first = std::max<Index>(stride * g - reach, 0),
                  last = std::min(stride * g + reach, gog_width - 1);
      double sum = 0;
      for (Index x = first; x <= last; ++x) sum += product[x];
      row_sums[y][g] = sum;
    }
  }
  for (Index g = 0; g < grid_height; ++g) {
    const Index first = std::max<Index>(stride * g - reach, 0),
                last = std::min(stride * g + reach, gog_height - 1);
    double* to = sums + g * grid_width;
    std::fill(to, to + grid_width, 0.0);
    for (Index y = first; y <= last; ++y)
      for (Index x = 0; x < grid_width; ++x) to[x] += row_sums[y][x];
  }
}

// Mean and covariance of every patch: S = (sum f f^T - n mu mu^T) / (n - 1), n pixels in the patch.
void patch_gaussians(const Planes& f, double* means, double* covariances) {
  const Index d = f.channels;
  std::vector<double> count(patches), trace(patches, 0.0);
  for (Index g = 0; g < patches; ++g) {
    const auto inside = [](Index centre, Index size) {
      return std::min(centre + reach, size - 1) - std::max<Index>(centre - reach, 0) + 1;
    };
    count[static_cast<std::size_t>(g)] = static_cast<double>(inside(g / grid_width * stride, gog_height) *
                                                             inside(g % grid_width * stride, gog_width));
  }
  for (Index i = 0; i < d; ++i) {
    double* mean = means + i * patches;
    patch_sums(f.plane(i), nullptr, mean);
    for (Index g = 0; g < patches; ++g) mean[g] /= count[static_cast<std::size_t>(g)];
  }
  double* s = covariances;
  for (Index i = 0; i < d; ++i)
    for (Index j = i; j < d; ++j, s += patches) {
      patch_sums(f.plane(i), f.plane(j), s);
      const double *mean_i = means + i * patches, *mean_j = means + j * patches;
      for (Index g = 0; g < patches; ++g) {
        const double n = count[static_cast<std::size_t>(g)];
        s[g] = (s[g] - n * mean_i[g] * mean_j[g]) / (n - 1);
        if (i == j) trace[static_cast<std::size_t>(g)] += s[g];
      }
    }
  s = covariances;
  for (Index i = 0; i < d; ++i, s += (d - i + 1) * patches)  // from (i, i) to (i + 1, i + 1)
    for (Index g = 0; g < patches; ++g) s[g] += epsilon * std::max(trace[static_cast<std::size_t>(g)], 0.01);
}

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Sums over one chunk of patches, about a shift that makes them small: weights, first and second moments.
struct Moments {
  double weight = 0;
  Eigen::VectorXd first;
  Eigen::MatrixXd second;
};

Moments moments(const Eigen::Ref<const Matrix>& points, const Eigen::VectorXd& root_weights) {
  const Matrix weighted = root_weights.asDiagonal() * points;
  Moments m;
  m.weight = root_weights.squaredNorm();
  m.first = weighted.transpose() * root_weights;
  m.second = weighted.transpose() * weighted;
  return m;
}

}  // namespace

Planes gog_pixels(const Planes& rgb, GogColour colour) {
  const Index colours = colour == GogColour::chromaticity ? 2 : 3, pixels = rgb.pixels();
  Planes f(5 + colours, rgb.height, rgb.width);
  for (Index i = 0; i < pixels; ++i)
    f.plane(0)[i] = static_cast<float>(i / rgb.width + 1) / static_cast<float>(rgb.height);
  gradient_planes(convert(rgb, ycbcr), f.plane(1));
  const Planes third = colour_planes(rgb, colour);
  std::copy_n(third.plane(0), colours * pixels, f.plane(5));
  return f;
}

void gog(const Planes& rgb, GogColour colour, float* out) {
  const Planes f = gog_pixels(rgb, colour);
  const Index d = f.channels, size = half_vector_size(d + 1);
  std::vector<double> means(static_cast<std::size_t>(d * patches));
  std::vector<double> covariances(static_cast<std::size_t>(half_vector_size(d) * patches));
  std::vector<float> embedded(static_cast<std::size_t>(patches * size));
  patch_gaussians(f, means.data(), covariances.data());
  embed_gaussians(d, patches, means.data(), covariances.data(), embedded.data());

  using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Matrix points = Eigen::Map<const FloatRows>(embedded.data(), patches, size).cast<double>();
  const Eigen::RowVectorXd shift = points.colwise().mean();
  points.rowwise() -= shift;

  constexpr Index chunk = chunk_rows * grid_width;
  Eigen::VectorXd root_weights(chunk);
  for (Index g = 0; g < chunk; ++g) {
    const double x = static_cast<double>(g % grid_width) - (grid_width - 1) / 2.0, sigma = grid_width / 4.0;
    root_weights(g) = std::exp(-x * x / (4 * sigma * sigma));
  }
  std::array<Moments, gog_strips + 1> chunks;
  for (Index i = 0; i <= gog_strips; ++i)
    chunks[static_cast<std::size_t>(i)] = moments(points.middleRows(i * chunk, chunk), root_weights);

  const Index strip_size = half_vector_size(size + 1);
  for (std::size_t i = 0; i < gog_strips; ++i, out += strip_size) {
    const Moments &top = chunks[i], &bottom = chunks[i + 1];
    const double weight = top.weight + bottom.weight;
    Eigen::VectorXd mean = (top.first + bottom.first) / weight;
    Eigen::MatrixXd s = (top.second + bottom.second) / weight - mean * mean.transpose();
    s.diagonal().array() += epsilon * s.trace();
    mean += shift.transpose();
    embed_gaussian({mean.data(), static_cast<std::size_t>(size)},
                   {s.data(), static_cast<std::size_t>(size * size)},
                   {out, static_cast<std::size_t>(strip_size)});
  }
}

}  // namespace triptych
