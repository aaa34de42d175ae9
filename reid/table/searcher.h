#pragma once
#include <memory>
#include <string>

#include "reid/table/split_view.h"

namespace triptych {

// A method that has learned, and searches.
class Searcher {
 public:
  virtual ~Searcher() = default;
  // From now on these samples are searched among. A transductive method learns from them once more, without
  // their people.
  virtual void enter(std::span<const Index> gallery) = 0;
  // Distances [queries, gallery], smaller is nearer.
  virtual std::vector<Real> distances(std::span<const Index> queries) = 0;

  virtual Index dimensions() const = 0;              // numbers an image that are searched
  virtual std::string chosen() const { return {}; }  // what training people chose, in words
  virtual double choosing_seconds() const { return 0; }
  virtual bool transductive() const { return false; }
};

// Learns from the given training people of the split: chooses among the method's candidates, then fits the
// best one on all of them. `find` gives the methods that a fusion joins.
std::unique_ptr<Searcher> learn(const Method& method, const SplitView& split,
                                std::span<const Index> identities);

}  // namespace triptych
