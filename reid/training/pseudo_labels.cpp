#include "reid/training/pseudo_labels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

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

namespace {

// Which images are connected.
class Clusters {
 public:
  explicit Clusters(std::size_t samples) : parent_(samples), size_(samples, 1) {
    std::iota(parent_.begin(), parent_.end(), Index(0));
  }
  Index root(Index i) {
    while (parent(i) != i) i = parent(i) = parent(parent(i));
    return i;
  }
  // False when they would become more than `most`.
  bool join(Index i, Index j, Index most) {
    i = root(i), j = root(j);
    if (i == j) return true;
    if (size(i) + size(j) > most) return false;
    parent(j) = i, size(i) += size(j);
    return true;
  }

 private:
  Index& parent(Index i) { return parent_[static_cast<std::size_t>(i)]; }
  Index& size(Index i) { return size_[static_cast<std::size_t>(i)]; }
  std::vector<Index> parent_, size_;
};

// Pairs of rows of one array, each the other's nearest among all others.
Pairs mutual_nearest_within(const Device& device, std::span<const Real> rows, Index size) {
  const std::size_t n = rows.size() / static_cast<std::size_t>(size);
  Pairs pairs;
  if (n < 2) return pairs;
  std::vector<Real> distances = distance_matrix(device, rows, rows, size);
  for (std::size_t i = 0; i < n; ++i) distances[i * n + i] = std::numeric_limits<Real>::infinity();
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t j = first_nearest(distances, i * n, n, 1);
    if (i < j && first_nearest(distances, j * n, n, 1) == i)
      pairs.emplace_back(static_cast<Index>(i), static_cast<Index>(j));
  }
  return pairs;
}

double distance_of(std::span<const Real> a, std::span<const Real> b, std::pair<Index, Index> rows,
                   Index size) {
  double sum = 0;
  for (Index k = 0; k < size; ++k) {
    const auto x = static_cast<double>(a[static_cast<std::size_t>(rows.first * size + k)]);
    const auto y = static_cast<double>(b[static_cast<std::size_t>(rows.second * size + k)]);
    sum += (x - y) * (x - y);
  }
  return sum;
}

struct Link {
  double distance;
  std::pair<Index, Index> samples;
  auto operator<=>(const Link&) const = default;
};

Pairs pairs_of_clusters(const Device& device, const std::vector<std::vector<Index>>& seen_by,
                        const RowsOf& rows_of, Index size, std::size_t samples) {
  std::vector<std::vector<Real>> rows;
  for (const std::vector<Index>& seen : seen_by) rows.push_back(rows_of(seen));
  std::vector<Link> links;
  for (std::size_t a = 0; a < rows.size(); ++a)
    for (std::size_t b = a; b < rows.size(); ++b)
      for (const auto& [i, j] : a == b ? mutual_nearest_within(device, rows[a], size)
                                       : mutual_nearest(device, rows[a], rows[b], size))
        links.push_back({distance_of(rows[a], rows[b], {i, j}, size),
                         {seen_by[a][static_cast<std::size_t>(i)], seen_by[b][static_cast<std::size_t>(j)]}});
  std::ranges::sort(links);
  links.resize((links.size() + 1) / 2);
  Clusters clusters(samples);
  Pairs pairs;
  for (const Link& link : links)
    if (clusters.join(link.samples.first, link.samples.second, most_of_a_cluster))
      pairs.push_back(link.samples);
  return pairs;
}

}  // namespace

Pairs pair_up(const Device& device, const Dataset& dataset, std::span<const Index> samples,
              const RowsOf& rows_of, Index size) {
  require(dataset.cameras >= 2, "--labels pseudo pairs the images of several cameras, but {} has {}",
          dataset.root, dataset.cameras);
  std::vector<std::vector<Index>> seen_by(static_cast<std::size_t>(dataset.cameras));
  for (const Index i : samples)
    seen_by[static_cast<std::size_t>(dataset.samples[static_cast<std::size_t>(i)].camera)].push_back(i);
  Pairs pairs;
  if (dataset.cameras > 2) {
    std::erase_if(seen_by, [](const std::vector<Index>& seen) { return seen.empty(); });
    pairs = pairs_of_clusters(device, seen_by, rows_of, size, dataset.samples.size());
  } else {
    pairs = mutual_nearest(device, rows_of(seen_by[0]), rows_of(seen_by[1]), size);
    for (auto& [first, second] : pairs)
      first = seen_by[0][static_cast<std::size_t>(first)],
      second = seen_by[1][static_cast<std::size_t>(second)];
  }
  require(pairs.size() >= 2,
          "--labels pseudo found {} pairs among {} images, too few to learn from; more images, another "
          "--start or a lower --rate may help",
          pairs.size(), samples.size());
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
  result.identities = 0;
  result.identity_names.clear();
  Clusters clusters(result.samples.size());
  for (const auto& [first, second] : pairs) clusters.join(first, second, std::numeric_limits<Index>::max());
  std::vector<Index> identity_of(result.samples.size(), distractor);  // by the root of a cluster
  for (const auto& pair : pairs)
    for (const Index sample : {pair.first, pair.second}) {
      Index& identity = identity_of[static_cast<std::size_t>(clusters.root(sample))];
      if (identity == distractor) {
        identity = result.identities++;
        result.identity_names.push_back("pair " + std::to_string(result.identities));
      }
      result.samples[static_cast<std::size_t>(sample)].identity = identity;
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
