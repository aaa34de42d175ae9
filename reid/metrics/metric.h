#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reid/metrics/views.h"

namespace triptych {

class Device;

// A kernel k(x, y) stands for the inner product of x and y in another space; every method that needs inner
// products alone can work there (reid/metrics/span.h).
//   linear   x . y
//   chi2     exp(-chi2(x, y) / (2 omega)), chi2(x, y) = sum (x - y)^2 / (x + y),
//            omega its mean over the training images;
//            features must not be negative
enum class MetricKernel { linear, chi2 };

// One list for all metrics; a metric reads what its line in metrics() names. 0, and below 0 for a
// regularisation, mean the metric's own default.
struct MetricOptions {
  MetricKernel kernel = MetricKernel::linear;
  Index pca = 0;        // keep this many principal directions of the training images; 0: all that there are
  bool whiten = false;  // scale each of them to variance 1
  bool camera_means =
      false;  // subtract each camera's mean, not the common one; in the space of the kernel, if there is one
  Index dimensions = 0;  // of a learned projection; factors of the KPLS family
  double regularisation =
      -1;  // added to the diagonal of a covariance: a share of the mean variance for all but XQDA,
           // whose published 0.001 is absolute
  double weight = -1;      // kissme: lambda; lmnn: mu; itml: gamma
  int steps = 0;           // lmnn, itml: at most so many rounds
  std::uint64_t seed = 1;  // whatever is drawn at random
};

// Projected descriptors: what is searched. Distances between them are
//   d(x, y) = sum over the first size - negative dimensions of (x - y)^2
//             - sum over the last `negative` ones of (x - y)^2
// (a learned M need not be positive definite), so a gallery is projected once, whatever the number of
// queries.
struct Representation {
  Index count = 0, size = 0, negative = 0;
  std::vector<Real> rows;  // [count, size]
};

// A distance that is learned from training identities.
class Metric {
 public:
  virtual ~Metric() = default;

  // Learns from training identities only. Input that the method cannot work with (fewer images than it needs,
  // one person, one camera, all images the same) is an Error that says what to do.
  virtual void fit(const TrainingView& training) = 0;
  // Transductive methods (KPLS) are given the gallery too, without labels, and never the queries: between fit
  // and the first `represent`. Rows of such a method carry a dagger in every table. For all other metrics
  // this is an Error.
  virtual bool transductive() const { return false; }
  virtual void adapt(const FeatureView& gallery);

  virtual Representation represent(const FeatureView& images) const = 0;
  virtual Index dimensions() const = 0;  // of what is searched, after fit
};

// The metrics by name, with a sentence each.
struct MetricEntry {
  std::string name, sentence;
};
const std::vector<MetricEntry>& metrics();

// An unknown name is an Error that lists them.
std::unique_ptr<Metric> make_metric(const std::string& name, const Device& device,
                                    const MetricOptions& options);

// Distances [queries, gallery], smaller is nearer; what rank_queries (reid/evaluation/ranking.h) takes.
std::vector<Real> distances(const Device& device, const Representation& queries,
                            const Representation& gallery);
// The same in blocks of at most `block` queries, for a matrix that would not fit: visit(first query,
// [rows, gallery]).
void distances_in_blocks(const Device& device, const Representation& queries, const Representation& gallery,
                         Index block,
                         const std::function<void(Index first, std::span<const Real> rows)>& visit);
// represent, then distances.
std::vector<Real> distances(const Device& device, const Metric& metric, const FeatureView& queries,
                            const FeatureView& gallery);

}  // namespace triptych
