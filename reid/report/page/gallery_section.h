#pragma once
#include "reid/report/page/image_store.h"
#include "reid/report/page/section.h"
#include "reid/report/page/tested.h"

namespace triptych {

// Every query beside its ten nearest, with the rank of its right match, best first.
Section gallery_section(const Tested& tested, ImageStore& store);

}  // namespace triptych
