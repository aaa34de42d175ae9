#include "reid/search/codes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace triptych {
namespace {

constexpr double u = 0x1p-24;

float rounded_up(double value) {
  return std::nextafter(static_cast<float>(value * (1 + 4 * u)), std::numeric_limits<float>::infinity());
}

double largest(const float* x, Index size) {
  double most = 0;
  for (Index k = 0; k < size; ++k) most = std::max(most, std::abs(static_cast<double>(x[k])));
  return most;
}

// x / scale to the nearest whole numbers, and |x - scale c|. A scale of 0 stands for c = 0.
template <class Code>
double quantise(const float* x, Index size, double scale, Code* codes) {
  const double inverse = scale > 0 ? 1 / scale : 0;
  double squares = 0;
  for (Index k = 0; k < size; ++k) {
    const double value = static_cast<double>(x[k]);
    const auto code = static_cast<int>(value * inverse + (value < 0 ? -0.5 : 0.5));
    codes[k] = static_cast<Code>(code);
    squares += (value - scale * code) * (value - scale * code);
  }
  return std::sqrt(squares);
}

// A scale is no denormal number, whose rounding would not be relative to it.
double usable(double scale) {
  return scale >= static_cast<double>(std::numeric_limits<float>::min()) && std::isfinite(scale) ? scale : 0;
}

constexpr Index piece = 64;

// sum c d, exactly. In pieces that are widened to 16 bits first: then each instruction multiplies and adds
// pairs (pmaddwd, smlal).
std::int32_t product(const std::int8_t* c, const std::int16_t* d, Index size) {
  std::int32_t sum = 0;
  std::int16_t wide[piece];
  Index k = 0;
  for (; k + piece <= size; k += piece) {
    for (Index i = 0; i < piece; ++i) wide[i] = c[k + i];
    for (Index i = 0; i < piece; ++i) sum += wide[i] * d[k + i];
  }
  for (; k < size; ++k) sum += c[k] * d[k];
  return sum;
}

}  // namespace

CodedRow encode(const float* row, Index size, std::int8_t* codes) {
  if (!std::all_of(row, row + size, [](float value) { return std::isfinite(value); })) {
    std::fill_n(codes, size, std::int8_t(0));  // its norm says that it is far from everything
    return {};
  }
  // Rounded up, so that no code exceeds 127.
  const double scale = usable(static_cast<double>(rounded_up(largest(row, size) / 127)));
  return {static_cast<float>(scale), rounded_up(quantise(row, size, scale, codes))};
}

CodedQuery encode_query(const float* query, Index size) {
  CodedQuery coded;
  coded.codes.resize(static_cast<std::size_t>(size));
  const double most = std::max(
      1.0, std::min(32767.0, std::floor(static_cast<double>(std::numeric_limits<std::int32_t>::max()) /
                                        (127.0 * static_cast<double>(size)))));
  coded.scale = usable(largest(query, size) / most * (1 + u));
  coded.error = quantise(query, size, coded.scale, coded.codes.data());
  double squares = 0;
  for (Index k = 0; k < size; ++k) squares += static_cast<double>(query[k]) * static_cast<double>(query[k]);
  coded.norm = std::sqrt(squares);
  return coded;
}

void lower_bounds(const std::int8_t* codes, const CodedRow* rows, const float* norms, Index count, Index size,
                  const CodedQuery& query, float* bounds) {
  const float factor = static_cast<float>(2 * query.scale),
              error = rounded_up(2 * (query.norm + query.error));
  for (Index i = 0; i < count; ++i)
    bounds[i] =
        norms[i] -
        factor * rows[i].scale * static_cast<float>(product(codes + i * size, query.codes.data(), size)) -
        error * rows[i].error;
}

double slack(const CodedQuery& query, double x) {
  // Eight roundings at most, of numbers no larger than (|x| + |q|)^2 and what the codes are off by.
  const double all = 2 * x + query.norm + 2 * query.error;
  return 2 * x * query.error + 16 * u * all * all;
}

}  // namespace triptych
