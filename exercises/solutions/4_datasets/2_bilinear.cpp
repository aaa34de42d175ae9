// 4.2, solved.
#include <algorithm>
#include <cmath>

#include "exercises/exercises.h"

namespace triptych {

double bilinear(std::span<const double> image, Index height, Index width, double u, double v) {
  const double i = std::floor(u - 0.5), j = std::floor(v - 0.5);
  const double a = u - 0.5 - i, b = v - 0.5 - j;
  const auto pixel = [&](double row, double column) {
    const Index r = std::clamp<Index>(static_cast<Index>(row), 0, height - 1);
    const Index c = std::clamp<Index>(static_cast<Index>(column), 0, width - 1);
    return image[r * width + c];
  };
  return (1 - b) * ((1 - a) * pixel(j, i) + a * pixel(j, i + 1)) +
         b * ((1 - a) * pixel(j + 1, i) + a * pixel(j + 1, i + 1));
}

}  // namespace triptych
