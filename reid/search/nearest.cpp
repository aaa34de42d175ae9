#include "reid/search/nearest.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/error.h"
#include "engine/stop.h"
#include "kernels/kernels.h"

namespace triptych {
namespace {

constexpr Index most_queries = 256;       // in one product
constexpr Index block_floats = 1 << 22;   // of rows, 16 MiB: far more than what starting a product costs
constexpr Index block_codes = 1 << 24;    // of rows by codes, 16 MiB as well
constexpr Index most_products = 1 << 21;  // of a block, 8 MiB
constexpr Index least_rows = 256;         // of a block, for long rows
constexpr Index most_coded = 4;           // queries that wait for memory rather than for the processor

// Sums of eight partial sums: their additions overlap, and their order is fixed.
constexpr Index parts = 8;

double squared_distance(const float* x, const float* y, Index size) {
  double sums[parts] = {};
  Index k = 0;
  for (; k + parts <= size; k += parts)
    for (Index p = 0; p < parts; ++p) {
      const double difference = static_cast<double>(x[k + p]) - static_cast<double>(y[k + p]);
      sums[p] += difference * difference;
    }
  for (Index p = 0; k < size; ++k, ++p) {
    const double difference = static_cast<double>(x[k]) - static_cast<double>(y[k]);
    sums[p] += difference * difference;
  }
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

double squared_norm(const float* x, Index size) {
  double sums[parts] = {};
  Index k = 0;
  for (; k + parts <= size; k += parts)
    for (Index p = 0; p < parts; ++p)
      sums[p] += static_cast<double>(x[k + p]) * static_cast<double>(x[k + p]);
  for (Index p = 0; k < size; ++k, ++p) sums[p] += static_cast<double>(x[k]) * static_cast<double>(x[k]);
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

// The nearest rows of one query so far, as a heap with the furthest in front.
struct Nearest {
  const float* query = nullptr;
  double norm = 0;  // |q|^2
  std::vector<NearRow> heap;

  double worst(std::size_t top) const {
    return heap.size() < top ? std::numeric_limits<double>::infinity() : heap.front().distance;
  }
  // RowSource come in ascending order, so an equal distance never replaces an earlier row.
  void offer(const NearRow& row, std::size_t top) {
    if (heap.size() == top) {
      if (!(row.distance < heap.front().distance)) return;
      std::ranges::pop_heap(heap, nearer);
      heap.pop_back();
    }
    heap.push_back(row);
    std::ranges::push_heap(heap, nearer);
  }
};

// A bound on the error of |x|^2 - 2 x.q as it is computed here. In any order, with or without fused
// multiply-adds, the sum of n products in single precision has an error of at most n u / (1 - n u) |x| |q|
// (Higham 2002, chapter 3; u = 2^-24). The norm is rounded once, and the difference once.
double slack(double x_norm, double q_norm, Index size) {
  constexpr double u = 0x1p-24;
  const double n = static_cast<double>(size) + 2, x = std::sqrt(x_norm), q = std::sqrt(q_norm);
  return 2 * (n * u / (1 - n * u)) * x * q + 4 * u * (x + q) * (x + q);
}

// Offers the rows of a block to one query. rough(i) - error is at most |x|^2 - 2 x.q of row i.
template <class Rough>
void offer_block(Nearest& nearest, const RowSource::Block& block, Index first, Index count, Index size,
                 Rough rough, double error, std::size_t top) {
  constexpr Index piece = 64;  // looked at in a loop without branches
  const auto limit = [&] {     // rounded up
    return std::nextafter(static_cast<float>(nearest.worst(top) + error - nearest.norm),
                          std::numeric_limits<float>::infinity());
  };
  float most = limit();
  for (Index begin = 0; begin < count; begin += piece) {
    const Index end = std::min(count, begin + piece);
    int candidates = 0;
#pragma omp simd reduction(+ : candidates)
    for (Index i = begin; i < end; ++i) candidates += rough(i) <= most;
    if (candidates == 0) continue;
    for (Index i = begin; i < end; ++i) {
      if (!(rough(i) <= most)) continue;
      nearest.offer({first + i, squared_distance(block.rows + i * size, nearest.query, size)}, top);
      most = limit();
    }
  }
}

double largest_norm(const RowSource::Block& block, Index count) {
  float largest = 0;
#pragma omp simd reduction(max : largest)
  for (Index i = 0; i < count; ++i) largest = std::max(largest, block.norms[i]);
  return static_cast<double>(largest);
}

// False where the rows have no codes.
bool search_codes(const Device& device, const RowSource& rows, std::span<Nearest> nearest, std::size_t top) {
  const Index size = rows.size(), block_rows = std::max(block_codes / size, least_rows);
  std::vector<CodedQuery> queries;
  for (const Nearest& one : nearest) queries.push_back(encode_query(one.query, size));
  std::vector<float> bounds(static_cast<std::size_t>(std::min(block_rows, rows.count())));
  for (Index first = 0; first < rows.count(); first += block_rows) {
    stop_point();
    const Index count = std::min(block_rows, rows.count() - first);
    const RowSource::CodedBlock block = rows.coded_block(first, count);
    if (!block.codes) return false;
    const double x = std::sqrt(largest_norm(block.exact, count));
    for (std::size_t q = 0; q < nearest.size(); ++q) {
      constexpr Index piece = 512;
#pragma omp parallel for num_threads(device.context().threads) schedule(dynamic)
      for (Index begin = 0; begin < count; begin += piece)
        lower_bounds(block.codes + begin * size, block.coded + begin, block.exact.norms + begin,
                     std::min(piece, count - begin), size, queries[q], bounds.data() + begin);
      offer_block(
          nearest[q], block.exact, first, count, size,
          [&](Index i) { return bounds[static_cast<std::size_t>(i)]; }, slack(queries[q], x), top);
    }
  }
  return true;
}

void search_together(const Device& device, const RowSource& rows, std::span<Nearest> nearest,
                     const float* queries, std::size_t top, std::vector<float>& products) {
  const Index size = rows.size(), n = static_cast<Index>(nearest.size());
  const Index block_rows = std::clamp(block_floats / size, least_rows, most_products / n);
  Context& context = device.context();
  products.resize(static_cast<std::size_t>(std::min(block_rows, rows.count()) * n));
  for (Index first = 0; first < rows.count(); first += block_rows) {
    stop_point();
    const Index count = std::min(block_rows, rows.count() - first);
    const RowSource::Block block = rows.block(first, count);
    device.kernels().gemm(context, Transpose::no, Transpose::yes, count, n, size, 1, block.rows, size,
                          queries, size, 0, products.data(), n);
    const double largest = largest_norm(block, count);
#pragma omp parallel for num_threads(context.threads) schedule(dynamic) if (n > 4)
    for (Index q = 0; q < n; ++q)
      offer_block(
          nearest[static_cast<std::size_t>(q)], block, first, count, size,
          [&](Index i) { return block.norms[i] - 2 * products[static_cast<std::size_t>(i * n + q)]; },
          slack(largest, nearest[static_cast<std::size_t>(q)].norm, size), top);
  }
}

}  // namespace

void squared_norms(std::span<const float> rows, Index size, std::span<float> norms) {
  for (std::size_t i = 0; i < norms.size(); ++i)
    norms[i] = static_cast<float>(squared_norm(rows.data() + static_cast<Index>(i) * size, size));
}

MemoryRows::MemoryRows(std::span<const float> rows, Index size)
    : rows_(rows), size_(size), norms_(rows.size() / static_cast<std::size_t>(size)) {
  squared_norms(rows, size, norms_);
}

std::vector<std::vector<NearRow>> nearest_rows(const Device& device, const RowSource& rows,
                                               std::span<const float> queries, Index top) {
  const Index size = rows.size();
  require(size > 0 && static_cast<Index>(queries.size()) % size == 0,
          "{} numbers are no queries of {} dimensions each, as the rows have that are searched",
          queries.size(), size);
  require(top > 0, "a search for the {} nearest rows has no result; ask for 1 or more", top);
  for (const float value : queries)
    require(std::isfinite(value), "a query with a value that is not finite cannot be compared");
  std::vector<Nearest> nearest(queries.size() / static_cast<std::size_t>(size));
  for (std::size_t q = 0; q < nearest.size(); ++q) {
    nearest[q].query = queries.data() + static_cast<Index>(q) * size;
    nearest[q].norm = squared_norm(nearest[q].query, size);
  }
  const auto kept = static_cast<std::size_t>(std::min(top, std::max<Index>(rows.count(), 1)));
  std::vector<float> products;
  for (std::size_t first = 0; first < nearest.size(); first += most_queries) {
    const auto part =
        std::span(nearest).subspan(first, std::min<std::size_t>(most_queries, nearest.size() - first));
    if (static_cast<Index>(part.size()) > most_coded || !search_codes(device, rows, part, kept))
      search_together(device, rows, part, part.front().query, kept, products);
  }
  std::vector<std::vector<NearRow>> result;
  for (Nearest& one : nearest) {
    std::ranges::sort_heap(one.heap, nearer);
    result.push_back(std::move(one.heap));
  }
  return result;
}

}  // namespace triptych
