#pragma once
#include "reid/report/page/image_store.h"
#include "reid/report/page/section.h"
#include "reid/report/page/tested.h"

namespace triptych {

// The embeddings of queries and gallery in the plane: by PCA and by t-SNE (seeded).
Section embedding_section(const Tested& tested, ImageStore& store, std::uint64_t seed);

}  // namespace triptych
