#pragma once
#include <span>
#include <string>
#include <vector>

#include "drawing/drawing.h"

namespace triptych {

// One method's curve: the share of queries whose right match is among the first r, in %.
struct CmcCurve {
  std::string name;
  std::vector<double> mean;       // mean[r - 1], r = 1, 2, ...
  std::vector<double> deviation;  // over the splits, as long as `mean`; empty: no band is drawn
};
// What a paper printed: a few points, joined by thin lines.
struct PublishedCurve {
  std::string name;
  std::vector<std::pair<int, double>> points;  // rank, %
};

// Cumulative matching characteristics up to `last_rank`, best first rank on top in the legend, each with its
// deviation as a band; published figures are thin and grey.
Drawing cmc_plot(const std::string& title, std::span<const CmcCurve> curves,
                 std::span<const PublishedCurve> published, int last_rank);

}  // namespace triptych
