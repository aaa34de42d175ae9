#pragma once
#include "kernels/real.h"

namespace triptych {

// A rectangle of an image, in pixels; of height 0: none.
struct Rectangle {
  Index top = 0, left = 0, height = 0, width = 0;
  bool empty() const { return height == 0 || width == 0; }
  bool operator==(const Rectangle&) const = default;
};

}  // namespace triptych
