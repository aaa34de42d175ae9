#include "reid/metrics/chi2.h"

#include <algorithm>

#include "engine/error.h"

namespace triptych {
namespace {

constexpr Index lanes = 16;
constexpr Index block = 1024;  // columns of a strip: two of them stay in the first-level cache

// The sum over `size` columns with (x - y)^2 / (x + y + tiny): tiny turns 0 / 0 into 0 and is below the
// rounding of any bin that is not empty. Sixteen sums run side by side; their order is fixed, whatever
// instructions the compiler picks.
Real chi2_strip(const Real* x, const Real* y, Index size) {
  constexpr Real tiny = Real(1e-30);
  Real sums[lanes] = {};
  Index k = 0;
  for (; k + lanes <= size; k += lanes)
    for (Index lane = 0; lane < lanes; ++lane) {
      const Real difference = x[k + lane] - y[k + lane], total = x[k + lane] + y[k + lane] + tiny;
      sums[lane] += difference * difference / total;
    }
  for (Index lane = 0; k < size; ++k, ++lane) {
    const Real difference = x[k] - y[k];
    sums[lane] += difference * difference / (x[k] + y[k] + tiny);
  }
  for (Index width = lanes / 2; width > 0; width /= 2)
    for (Index lane = 0; lane < width; ++lane) sums[lane] += sums[lane + width];
  return sums[0];
}

void require_not_negative(const FeatureView& features) {
  require(std::ranges::all_of(features.rows, [](Real v) { return v >= 0; }),
          "chi-square distances need features that are not negative (histograms): these are not; use another "
          "kernel");
}

}  // namespace

std::vector<Real> chi2_distances(const FeatureView& x, const FeatureView& y, int threads) {
  require(x.size == y.size, "chi-square between rows of {} and of {} numbers", x.size, y.size);
  const Index rows = x.count(), columns = y.count();
  std::vector<Real> result(static_cast<std::size_t>(rows * columns));
  if (x.table && x.table == y.table) {
    for (Index i = 0; i < rows; ++i)
      for (Index j = 0; j < columns; ++j)
        result[static_cast<std::size_t>(i * columns + j)] =
            x.table->chi2(x.image[static_cast<std::size_t>(i)], y.image[static_cast<std::size_t>(j)]);
    return result;
  }
  require_not_negative(x);
  require_not_negative(y);
#pragma omp parallel for num_threads(threads) schedule(dynamic, 4)
  for (Index i = 0; i < rows; ++i)
    for (Index start = 0; start < x.size; start += block)
      for (Index j = 0; j < columns; ++j)
        result[static_cast<std::size_t>(i * columns + j)] +=
            chi2_strip(x.row(i).data() + start, y.row(j).data() + start, std::min(block, x.size - start));
  return result;
}

PairTable::PairTable(const FeatureView& images, int threads) : count_(images.count()) {
  require_valid(images, "chi-square table's");
  FeatureView plain = images;
  plain.table = nullptr;
  chi2_ = chi2_distances(plain, plain, threads);
}

PairTable PairTable::beside(const PairTable& other) const {
  require(count_ == other.count_, "chi-square tables of {} and of {} images", count_, other.count_);
  PairTable both = *this;
  for (std::size_t i = 0; i < chi2_.size(); ++i) both.chi2_[i] += other.chi2_[i];
  return both;
}

}  // namespace triptych
