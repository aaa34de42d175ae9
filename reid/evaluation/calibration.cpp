#include "reid/evaluation/calibration.h"

#include <algorithm>
#include <cmath>

#include "reid/evaluation/embed.h"

namespace triptych {
namespace {

std::vector<double> doubles(std::span<const Real> values) {
  return {values.begin(), values.end()};
}

void subtract(const std::vector<double>& m, std::vector<double>& x) {
  for (std::size_t k = 0; k < m.size(); ++k) x[k] -= m[k];
}

// The mean of the rows.
std::vector<Real> mean_of(const std::vector<std::vector<Real>>& rows) {
  std::vector<double> sum(rows.front().size());
  for (const std::vector<Real>& row : rows)
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += static_cast<double>(row[k]);
  std::vector<Real> mean;
  for (const double x : sum) mean.push_back(static_cast<Real>(x / static_cast<double>(rows.size())));
  return mean;
}

// The mean embedding of each camera's images, [cameras][embedding]. A camera that has none stands where the
// others do in the mean.
std::vector<std::vector<Real>> mean_of_cameras(const EmbeddedImages& bag, const ImageSource& images,
                                               std::span<const Index> samples) {
  std::vector<std::vector<double>> sums;
  std::vector<double> counts;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto camera = static_cast<std::size_t>(images.camera(samples[i]));
    if (camera >= sums.size()) {
      sums.resize(camera + 1, std::vector<double>(static_cast<std::size_t>(bag.size)));
      counts.resize(camera + 1);
    }
    counts[camera] += 1;
    const std::span<const Real> row = bag.row(static_cast<Index>(i));
    for (std::size_t k = 0; k < row.size(); ++k) sums[camera][k] += static_cast<double>(row[k]);
  }
  std::vector<std::vector<Real>> means(sums.size()), seen;
  for (std::size_t camera = 0; camera < sums.size(); ++camera) {
    if (counts[camera] == 0) continue;
    for (const double sum : sums[camera]) means[camera].push_back(static_cast<Real>(sum / counts[camera]));
    seen.push_back(means[camera]);
  }
  for (std::vector<Real>& mean : means)
    if (mean.empty()) mean = mean_of(seen);
  return means;
}

}  // namespace

void calibrate(Model& model, const ImageSource& images, std::span<const Index> samples,
               const OnProgress& progress) {
  const TestingOptions& testing = model.options.testing;
  model.centres.clear(), model.whitening = {};
  if (!testing.centre || !images.knows_cameras()) return;
  const EmbeddedImages bag = embed(model, images, samples, model.selection, Keep::uncalibrated, progress);
  model.centres = mean_of_cameras(bag, images, samples);
  if (!(testing.whiten > 0)) return;
  std::vector<double> rows;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    std::vector<double> row = doubles(bag.row(static_cast<Index>(i)));
    subtract(centre_for(model, images, samples[i]), row);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  const Index strips = model.options.network.strips;
  model.whitening = fit_whitening(rows, strips, bag.size / strips, testing.whiten);
}

std::vector<double> centre_for(const Model& model, const ImageSource& images, Index i) {
  if (model.centres.empty()) return {};
  const auto camera = static_cast<std::size_t>(images.camera(i));  // -1, unknown, becomes larger than any
  if (camera < model.centres.size()) return doubles(model.centres[camera]);
  return doubles(mean_of(model.centres));
}

void apply_calibration(const Model& model, const ImageSource& images, std::span<const Index> samples,
                       std::vector<Real>& rows) {
  if (model.centres.empty() || samples.empty()) return;
  const std::size_t size = rows.size() / samples.size();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::span<Real> row = std::span(rows).subspan(i * size, size);
    std::vector<double> x = doubles(row);
    subtract(centre_for(model, images, samples[i]), x);
    if (!model.whitening.empty()) x = model.whitening.times(x);
    // To length 1, with unit strips each strip to the same length.
    const NetworkOptions& network = model.options.network;
    const std::size_t parts = network.unit_strips ? static_cast<std::size_t>(network.strips) : 1;
    const std::size_t width = size / parts;
    for (std::size_t first = 0; first < size; first += width) {
      double squares = 1e-24;
      for (std::size_t k = first; k < first + width; ++k) squares += x[k] * x[k];
      const double length = std::sqrt(squares * static_cast<double>(parts));
      for (std::size_t k = first; k < first + width; ++k) row[k] = static_cast<Real>(x[k] / length);
    }
  }
}

}  // namespace triptych
