#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/device.h"
#include "reid/search/codes.h"

namespace triptych {

// RowSource that are searched, [count, size] floats, a block at a time: in memory, in a mapped file or in a
// database.
class RowSource {
 public:
  struct Block {
    const float* rows = nullptr;   // [count, size]
    const float* norms = nullptr;  // [count], |row|^2
  };

  virtual ~RowSource() = default;
  virtual Index count() const = 0;
  virtual Index size() const = 0;
  // RowSource first .. first + count - 1, valid until the next call. A search asks for all blocks in order.
  virtual Block block(Index first, Index count) const = 0;

  // The same for a search that reads codes first (codes.h), and few of the rows: null where there are none.
  struct CodedBlock {
    const std::int8_t* codes = nullptr;  // [count, size]
    const CodedRow* coded = nullptr;     // [count]
    Block exact;
  };
  virtual CodedBlock coded_block(Index, Index) const { return {}; }
};

// |row|^2 of each row, summed in double precision.
void squared_norms(std::span<const float> rows, Index size, std::span<float> norms);

// RowSource that a caller keeps in memory.
class MemoryRows : public RowSource {
 public:
  MemoryRows(std::span<const float> rows, Index size);
  Index count() const override { return static_cast<Index>(norms_.size()); }
  Index size() const override { return size_; }
  Block block(Index first, Index) const override {
    return {rows_.data() + first * size_, norms_.data() + first};
  }

 private:
  std::span<const float> rows_;
  Index size_;
  std::vector<float> norms_;
};

struct NearRow {
  Index row = -1;
  double distance = 0;  // squared L2, summed in double precision
  bool operator==(const NearRow&) const = default;
};
// The order of results: by distance, and among equal distances by row.
inline bool nearer(const NearRow& a, const NearRow& b) {
  return a.distance != b.distance ? a.distance < b.distance : a.row < b.row;
}

// The `top` nearest rows of each query, nearest first; among equal distances the earlier row. Fewer if there
// are not so many rows. queries [n, rows.size()] -> [n][min(top, rows.count())]
//
// The search is exhaustive and exact: the result is that of sorting all rows by (distance, row) with
// distances in double precision. So it does not depend on the number of threads, on the instruction set, or
// on which queries are asked together.
//
//   1  s = x q by gemm(), in single precision, for a block of rows x and up to 256 queries q
//   2  |x|^2 - 2 s is a distance but for |q|^2, with a rounding error of at most `slack` (see nearest.cpp).
//      A row that exceeds the worst of the nearest rows so far by more than that is no candidate
//   3  the distance of each candidate is computed again in double precision, and decides
//
// A few queries wait for the memory that the rows are read from. Where there are codes, 1 and 2 are those of
// codes.h for them: bounds from an eighth of the bits.
//
// Memory: the distances of one block, 8 MiB at most, and what `rows` holds. device: in the memory of the
// host (cpu, reference). A query with a value that is not finite is an Error. Calls stop_point().
std::vector<std::vector<NearRow>> nearest_rows(const Device& device, const RowSource& rows,
                                               std::span<const float> queries, Index top);

}  // namespace triptych
