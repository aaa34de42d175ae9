#include "reid/training/pseudo_labels.h"

#include <algorithm>
#include <cmath>

#include "engine/error.h"
#include "reid/evaluation/ranking.h"

namespace triptych {
namespace {

// The mean and the deviation of each channel of an image, in 0..1, in each stripe from the top down.
void colours_of(const ImageSource& images, Index sample, Real* out) {
  constexpr Index stripes = stripe_colour_numbers / 6;
  const std::shared_ptr<const Image> image = images.image(sample);
  const std::vector<std::uint8_t>& pixels = image->pixels;
  for (Index stripe = 0; stripe < stripes; ++stripe) {
    const Index first = stripe * images.height() / stripes * images.width();
    const Index end = (stripe + 1) * images.height() / stripes * images.width();
    for (Index c = 0; c < 3; ++c) {
      double sum = 0, squares = 0;
      for (Index i = first; i < end; ++i) {
        const double value = pixels[static_cast<std::size_t>(i * 3 + c)] / 255.0;
        sum += value, squares += value * value;
      }
      const double n = static_cast<double>(std::max<Index>(1, end - first)), mean = sum / n;
      *out++ = static_cast<Real>(mean);
      *out++ = static_cast<Real>(std::sqrt(std::max(0.0, squares / n - mean * mean)));
    }
  }
}

std::size_t first_nearest(std::span<const Real> distances, std::size_t first, std::size_t count,
                          std::size_t stride) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < count; ++i)
    if (distances[first + i * stride] < distances[first + best * stride]) best = i;
  return best;
}

}  // namespace

Pairs mutual_nearest(const Device& device, std::span<const Real> a, std::span<const Real> b, Index size) {
  const std::size_t n = a.size() / static_cast<std::size_t>(size),
                    m = b.size() / static_cast<std::size_t>(size);
  Pairs pairs;
  if (n == 0 || m == 0) return pairs;
  const std::vector<Real> distances = distance_matrix(device, a, b, size);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t j = first_nearest(distances, i * m, m, 1);
    if (first_nearest(distances, j, n, m) == i)
      pairs.emplace_back(static_cast<Index>(i), static_cast<Index>(j));
  }
  return pairs;
}

Pairs pair_up(const Device& device, const Dataset& dataset, std::span<const Index> samples,
              const RowsOf& rows_of, Index size) {
  require(dataset.cameras == 2, "--labels pseudo pairs the images of two cameras, but {} has {}",
          dataset.root, dataset.cameras);
  std::vector<Index> seen_by[2];
  for (const Index i : samples) seen_by[dataset.samples[static_cast<std::size_t>(i)].camera].push_back(i);
  Pairs pairs = mutual_nearest(device, rows_of(seen_by[0]), rows_of(seen_by[1]), size);
  require(pairs.size() >= 2,
          "--labels pseudo found {} pairs among {} images, too few to learn from; more images, another "
          "--start or a lower --rate may help",
          pairs.size(), samples.size());
  for (auto& [first, second] : pairs)
    first = seen_by[0][static_cast<std::size_t>(first)],
    second = seen_by[1][static_cast<std::size_t>(second)];
  return pairs;
}

std::vector<Real> stripe_colours(const ImageSource& images, std::span<const Index> samples) {
  const std::size_t n = samples.size(), width = static_cast<std::size_t>(stripe_colour_numbers);
  std::vector<Real> rows(n * width);
  for (std::size_t i = 0; i < n; ++i) colours_of(images, samples[i], rows.data() + i * width);
  for (std::size_t k = 0; k < width; ++k) {
    double mean = 0;
    for (std::size_t i = 0; i < n; ++i)
      mean += static_cast<double>(rows[i * width + k]) / static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i) rows[i * width + k] -= static_cast<Real>(mean);
  }
  for (std::size_t i = 0; i < n; ++i) {
    double squares = 1e-12;
    for (std::size_t k = 0; k < width; ++k) squares += std::pow(static_cast<double>(rows[i * width + k]), 2);
    for (std::size_t k = 0; k < width; ++k) rows[i * width + k] /= static_cast<Real>(std::sqrt(squares));
  }
  return rows;
}

Dataset relabelled(const Dataset& dataset, const Pairs& pairs) {
  Dataset result = dataset;
  for (Sample& sample : result.samples) sample.identity = distractor;
  result.identities = static_cast<Index>(pairs.size());
  result.identity_names.clear();
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    for (const Index sample : {pairs[k].first, pairs[k].second})
      result.samples[static_cast<std::size_t>(sample)].identity = static_cast<Index>(k);
    result.identity_names.push_back("pair " + std::to_string(k + 1));
  }
  return result;
}

double share_right(const Dataset& dataset, const Pairs& pairs) {
  const auto right = std::ranges::count_if(pairs, [&](const auto& pair) {
    return dataset.samples[static_cast<std::size_t>(pair.first)].identity ==
           dataset.samples[static_cast<std::size_t>(pair.second)].identity;
  });
  return pairs.empty() ? 0 : static_cast<double>(right) / static_cast<double>(pairs.size());
}

}  // namespace triptych
