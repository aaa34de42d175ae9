#pragma once
#include "reid/evaluation/protocol.h"

namespace triptych {

// What evaluate_rows takes: the model's embeddings [images, size] of the protocol's gallery, its queries and,
// with `both_directions`, the distractors of the query's camera; and the strips' visible shares [images, S],
// empty unless the network estimates them.
struct ProtocolRows {
  std::vector<Real> rows, shares;
};
ProtocolRows embed_protocol(const Model& model, const ImageSource& images, const Protocol& protocol,
                            bool both_directions, const OnProgress& progress = {});

}  // namespace triptych
