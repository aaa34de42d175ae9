#pragma once
#include <memory>
#include <string>

#include "reid/table/split_view.h"

namespace triptych {

// A fitted method.
class Searcher {
 public:
  virtual ~Searcher() = default;
  // Sets the gallery. A transductive method also fits on its images, without identity labels.
  virtual void enter(std::span<const Index> gallery) = 0;
  // Distances [queries, gallery], smaller is nearer.
  virtual std::vector<Real> distances(std::span<const Index> queries) = 0;

  virtual Index dimensions() const = 0;              // of a descriptor
  virtual std::string chosen() const { return {}; }  // the hyper-parameters that were selected, as text
  virtual double choosing_seconds() const { return 0; }
  virtual bool transductive() const { return false; }
};

// At most so many of the samples: of every person by every camera the first, then the second, and so on.
std::vector<Index> spread_over_cameras(const Dataset& dataset, std::span<const Index> samples,
                                       std::size_t most);

// Selects among the method's candidates on the given training identities, then fits the best one on all of
// them. `find` returns the members of a fusion.
std::unique_ptr<Searcher> learn(const Method& method, const SplitView& split,
                                std::span<const Index> identities);

}  // namespace triptych
