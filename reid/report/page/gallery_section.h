#pragma once
#include "reid/report/page/image_store.h"
#include "reid/report/page/section.h"
#include "reid/report/page/tested.h"

namespace triptych {

// Every query beside its ten nearest, with the rank of its right match, best first. Where queries are
// sequences, some of them, from the best to the worst, with film strips of their frames and of those of the
// nearest three.
Section gallery_section(const Tested& tested, ImageStore& store);

}  // namespace triptych
