#pragma once
#include "reid/report/page/image_store.h"
#include "reid/report/page/section.h"
#include "reid/report/page/tested.h"

namespace triptych {

// The embeddings of queries and gallery in the plane: by PCA and by t-SNE (seeded), with the rank of each
// query's first right image, and the share of each image's ten nearest among the embeddings that are its ten
// nearest in the plane: how far each plane can be trusted. `progress`: of t-SNE.
Section embedding_section(const Tested& tested, ImageStore& store, std::uint64_t seed,
                          const OnProgress& progress = {});

}  // namespace triptych
