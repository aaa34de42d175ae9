#include "reid/explain/contributions.h"

#include <algorithm>

#include "engine/error.h"

namespace triptych {

std::vector<double> Contributions::of_first(const std::vector<double>& pairs) const {
  std::vector<double> sums(static_cast<std::size_t>(patches));
  for (std::size_t i = 0; i < pairs.size(); ++i) sums[i / sums.size()] += pairs[i];
  return sums;
}

std::vector<double> Contributions::of_second(const std::vector<double>& pairs) const {
  std::vector<double> sums(static_cast<std::size_t>(patches));
  for (std::size_t i = 0; i < pairs.size(); ++i) sums[i % sums.size()] += pairs[i];
  return sums;
}

Contributions contributions(const PatchShares& first, const PatchShares& second) {
  require(first.grid == second.grid && first.size() == second.size(),
          "images of two different networks cannot be compared");
  const std::vector<double>&f = first.embedding, &g = second.embedding;
  const std::size_t size = f.size(), patches = static_cast<std::size_t>(first.grid.patches());
  Contributions result;
  result.patches = first.grid.patches();
  result.far.assign(patches * patches, 0), result.near.assign(patches * patches, 0);
  for (std::size_t k = 0; k < size; ++k) {
    result.distance += (f[k] - g[k]) * (f[k] - g[k]);
    result.cosine += f[k] * g[k];
  }
  std::vector<double> h(size);
  for (std::size_t k = 0; k < size; ++k) h[k] = f[k] - g[k];
  if (!first.whitening.empty()) h = first.whitening.transposed_times(h);
  for (std::size_t p = 0; p < patches; ++p)
    for (std::size_t k = 0; k < size; ++k) {
      const double a = first.weight[p * size + k], x = first.unwhitened[p * size + k];
      if (a != 0)  // else another strip's component, or one that this patch did not win
        for (std::size_t q = 0; q < patches; ++q)
          result.far[p * patches + q] +=
              h[k] * (x * second.weight[q * size + k] - a * second.unwhitened[q * size + k]);
      if (const double part = first.part[p * size + k]; part != 0)
        for (std::size_t q = 0; q < patches; ++q)
          result.near[p * patches + q] += part * second.part[q * size + k];
    }
  return result;
}

std::vector<PatchPair> largest_pairs(const Contributions& all, const std::vector<double>& pairs,
                                     std::size_t count) {
  std::vector<PatchPair> list;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    list.push_back({static_cast<Index>(i) / all.patches, static_cast<Index>(i) % all.patches, pairs[i]});
  count = std::min(count, list.size());
  std::ranges::stable_sort(list, std::ranges::greater{}, &PatchPair::value);
  list.resize(count);
  return list;
}

}  // namespace triptych
