#pragma once
#include <cstdint>
#include <vector>

#include "kernels/real.h"

namespace triptych {

// A row x as 8-bit numbers: x = scale c + e with c in -127 .. 127 and |e| <= error. A search that reads these
// first (nearest.h) reads a quarter of the memory.
struct CodedRow {
  float scale = 0, error = 0;
};
CodedRow encode(const float* row, Index size, std::int8_t* codes);  // codes: [size]

// A query q = scale d + f, |f| <= error, with d small enough that no sum of products overflows 32 bits.
struct CodedQuery {
  std::vector<std::int16_t> codes;        // d
  double scale = 0, error = 0, norm = 0;  // norm: |q|
};
CodedQuery encode_query(const float* query, Index size);

// bounds[i] <= |x|^2 - 2 x.q of row i, but for what slack() adds to all: with x.q = (s c + e).(t d + f)
//
//     |x.q - s t c.d| <= |e| |q| + (|x| + |e|) |f|
//
// c.d is exact. norms: |x|^2, rounded to float. [count]
void lower_bounds(const std::int8_t* codes, const CodedRow* rows, const float* norms, Index count, Index size,
                  const CodedQuery& query, float* bounds);
// That, for rows of a norm |x| of at most `x`: the part of the bound that is the same for all, and the
// rounding errors of the formula in single precision.
double slack(const CodedQuery& query, double x);

}  // namespace triptych
