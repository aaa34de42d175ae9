#pragma once
#include <cstdint>
#include <vector>

#include "reid/features/planes.h"

namespace triptych {

// Scale invariant local ternary pattern (Liao et al. 2010): a pixel c is compared with its four neighbours
// n_i at distance R,
//     s_i = 1 if n_i < (1 - tau) c,  2 if n_i > (1 + tau) c,  0 otherwise,  code = sum_i 3^i s_i  (0..80),
// i = right, up, left, down. Both bounds are multiples of c, so the code does not change with the strength of
// the light. Beyond the border the nearest pixel is repeated. Returns [height, width].
constexpr int siltp_codes = 81;
std::vector<std::uint16_t> siltp(const Planes& grey, Index radius, float tau);

}  // namespace triptych
