#include "kernels/emulator/tensor_core.h"

#include <cstring>

#include "kernels/emulator/block.h"
#include "kernels/emulator/half.h"

namespace triptych::emulator {
namespace {

constexpr int row_bytes = 16;

struct MatrixLoad {
  std::uint32_t* to;
  int count;
  bool transposed;
  std::uint16_t row[row_bytes / 2];
};

void load_together(void* const* lanes) {
  for (int m = 0; m < static_cast<const MatrixLoad*>(lanes[0])->count; ++m) {
    const std::uint16_t* rows[8];
    for (int r = 0; r < 8; ++r) rows[r] = static_cast<const MatrixLoad*>(lanes[8 * m + r])->row;
    for (int lane = 0; lane < warp_lanes; ++lane) {
      const MatrixLoad& load = *static_cast<const MatrixLoad*>(lanes[lane]);
      load.to[m] = part_of_matrix(lane, load.transposed, rows);
    }
  }
}

struct MatrixProduct {
  MatrixType type;
  float* d;
  const std::uint32_t *a, *b;
  const float* c;
};

void multiply_together(void* const* lanes) {
  std::uint32_t a[registers_of_a][warp_lanes], b[registers_of_b][warp_lanes], c[registers_of_c][warp_lanes];
  for (int lane = 0; lane < warp_lanes; ++lane) {
    const MatrixProduct& product = *static_cast<const MatrixProduct*>(lanes[lane]);
    for (int r = 0; r < registers_of_a; ++r) a[r][lane] = product.a[r];
    for (int r = 0; r < registers_of_b; ++r) b[r][lane] = product.b[r];
    for (int r = 0; r < registers_of_c; ++r) std::memcpy(&c[r][lane], &product.c[r], sizeof c[r][lane]);
  }
  multiply_fragments(static_cast<const MatrixProduct*>(lanes[0])->type, {a[0], a[1], a[2], a[3]},
                     {b[0], b[1]}, {c[0], c[1], c[2], c[3]}, {c[0], c[1], c[2], c[3]});
  for (int lane = 0; lane < warp_lanes; ++lane) {
    float* const d = static_cast<const MatrixProduct*>(lanes[lane])->d;
    for (int r = 0; r < registers_of_c; ++r) std::memcpy(&d[r], &c[r][lane], sizeof d[r]);
  }
}

// The lanes whose rows belong to a matrix read them.
void load_rows(MatrixLoad mine, const void* row, Place place, const void* at) {
  Block& block = *running_block();
  if (block.lane() < 8 * mine.count) {
    block.access(row, row_bytes, Touch::read, AccessKind::weak, at);
    std::memcpy(mine.row, row, row_bytes);
  }
  block.work_together(load_together, &mine, place);
}

const void* caller(void* return_address) {  // the call's own line: its last byte
  return static_cast<const char*>(return_address) - 1;
}

}  // namespace

void copy_async(void* shared, const void* global, int bytes, int from_bytes) {
  running_block()->begin_copy(shared, global, bytes, from_bytes, caller(__builtin_return_address(0)));
}
void commit_copies() {
  running_block()->commit_copies();
}
void wait_for_groups(int groups) {
  running_block()->end_copies(groups);
}
void wait_for_all_copies() {
  running_block()->commit_copies();
  running_block()->end_copies(0);
}

void load_matrices(std::uint32_t* to, int count, bool transposed, const void* row, Place place) {
  load_rows({to, count, transposed, {}}, row, place, caller(__builtin_return_address(0)));
}
void load_matrices(std::uint32_t (&to)[4], const void* row, Place place) {
  load_rows({to, 4, false, {}}, row, place, caller(__builtin_return_address(0)));
}
void load_matrices_transposed(std::uint32_t (&to)[4], const void* row, Place place) {
  load_rows({to, 4, true, {}}, row, place, caller(__builtin_return_address(0)));
}

void multiply_matrices(MatrixType type, float* d, const std::uint32_t* a, const std::uint32_t* b,
                       const float* c, Place place) {
  MatrixProduct mine{type, d, a, b, c};
  running_block()->work_together(multiply_together, &mine, place);
}

void multiply_tf32(float (&sums)[4], const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1,
                   Place place) {
  const std::uint32_t b[] = {b0, b1};
  multiply_matrices(MatrixType::tf32, sums, a, b, sums, place);
}
void multiply_bf16(float (&sums)[4], const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1,
                   Place place) {
  const std::uint32_t b[] = {b0, b1};
  multiply_matrices(MatrixType::bf16, sums, a, b, sums, place);
}
std::uint32_t to_bf16_pair(float low, float high) {
  return static_cast<std::uint32_t>(float_to_bfloat(high)) << 16 | float_to_bfloat(low);
}

void* from_shared_address(std::uint32_t address) {
  return running_block()->shared_at(address);
}

}  // namespace triptych::emulator
