#pragma once
#include <cstdint>

namespace triptych {

// The scalar of the whole engine. Normally float. `make` also builds the engine with -DTRIPTYCH_DOUBLE into a
// second program, in which the gradient checks run: central differences of a float function are too coarse to
// tell a wrong gradient from a rounded one.
#ifdef TRIPTYCH_DOUBLE
using Real = double;
#else
using Real = float;
#endif

// Sizes and positions. Signed, so that differences and loops that count down are ordinary arithmetic.
using Index = std::int64_t;

}  // namespace triptych
