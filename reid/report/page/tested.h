#pragma once
#include "reid/evaluation/protocol.h"

namespace triptych {

// The images that a model is tested on, embedded once for all sections that show them.
struct Tested {
  const Model& model;
  const Dataset& dataset;
  const ImageSource& images;
  Protocol protocol;
  EmbeddedImages query, gallery;

  const Sample& sample(Index number) const { return dataset.samples[static_cast<std::size_t>(number)]; }
  // "0042", or "distractor" for nobody in particular.
  std::string name(Index number) const;
};

// At most `most` queries and as many gallery images, for data sets that would make a page too large:
// identities spread evenly over the protocol, each with a query and a right gallery image of another camera
// at least; then more of their images, then others. A protocol that is small enough is taken whole.
Protocol sampled(const Dataset& dataset, const Protocol& protocol, std::size_t most);

// The sampled protocol, embedded.
Tested embed_tested(const Model& model, const Dataset& dataset, const ImageSource& images,
                    const Protocol& protocol, std::size_t most = 400);

}  // namespace triptych
