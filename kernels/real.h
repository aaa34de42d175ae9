#pragma once
#include <cstdint>

namespace triptych {

// The scalar type of the whole engine: float. `make` also builds the engine with -DTRIPTYCH_DOUBLE as a
// second program for the gradient checks: central differences in float cannot distinguish a wrong gradient
// from rounding.
#ifdef TRIPTYCH_DOUBLE
using Real = double;
#else
using Real = float;
#endif

// Sizes and positions. Signed, so that differences and descending loops need no care.
using Index = std::int64_t;

}  // namespace triptych
