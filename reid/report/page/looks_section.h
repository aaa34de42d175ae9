#pragma once
#include "reid/report/page/image_store.h"
#include "reid/report/page/section.h"
#include "reid/report/page/tested.h"

namespace triptych {

// What the network looks at: the filters of its first layer beside the patches that answer most strongly; of
// some queries the feature maps of every block of tier 1, how long tier 2's patch vectors are and what the
// gate says; and where covering the image changes its distance to the same person's other image.
Section looks_section(const Tested& tested, ImageStore& store);

}  // namespace triptych
