#pragma once
#include <array>
#include <span>
#include <vector>

#include "engine/device.h"

namespace triptych {

// Points projected onto the plane of their largest variance.
struct PrincipalPlane {
  std::vector<double> places;         // [n, 2]
  std::array<double, 2> explained{};  // shares of the whole variance
};

// The first two principal components of rows [n, size], n >= 2. With X the rows less their mean, X X^T = U L
// U^T, and the places are U sqrt(L): the Gram matrix is taken because there are fewer images than dimensions.
// Of the two directions that a component could have, the one whose furthest point lies on the positive side.
PrincipalPlane principal_plane(const Device& device, std::span<const Real> rows, Index n);

}  // namespace triptych
