#pragma once
// Plain matrices as the sources and sinks of gemm_tile.cuh.
#include <cstdint>

#include "kernels/cuda/device.cuh"

namespace triptych::cuda {

// Whether rows may be read as float4, which a GPU requires to be 16-byte aligned.
inline bool whole_quads(const void* data, Index distance) {
  return reinterpret_cast<std::uintptr_t>(data) % 16 == 0 && distance % 4 == 0;
}

__device__ inline float4 zero_quad() {
  return make_float4(0, 0, 0, 0);
}

// data[0 .. 3], of which `left` elements exist. If rows are not 16-byte aligned, these are four loads of one
// float, with a stride of four floats between neighbouring threads: the report of the PTX interpreter shows
// five times the ideal sectors (gemm 67x45x33). This is accepted. The four loads of a warp request the same
// sectors, so three of them hit the L1 cache, and memory transfers no more than otherwise. Coalesced loads
// would need a second mapping of threads to elements in every kernel, and the large tiles have no registers
// to spare. Layer widths of the networks here are multiples of 4, except for the three colour channels.
__device__ inline float4 read_quad(const float* data, int left, bool vectors) {
  if (vectors && left >= 4) return *reinterpret_cast<const float4*>(data);
  return make_float4(left > 0 ? data[0] : 0, left > 1 ? data[1] : 0, left > 2 ? data[2] : 0,
                     left > 3 ? data[3] : 0);
}

// X[i, k] = data[i * distance + k]. Two neighbouring threads read 8 elements of one row: one sector of 32
// bytes.
struct RowsAlongK {
  static constexpr bool along_k = true;
  const float* data;
  Index distance;
  int count;  // rows
  bool vectors;
  using Place = const float*;
  __device__ Place place(int i) const { return i < count ? data + i * distance : nullptr; }
  __device__ float4 quad(Place row, int k, int k_end) const {
    return row ? read_quad(row + k, k_end - k, vectors) : zero_quad();
  }
};

// X[i, k] = data[k * distance + i]. 8 to 32 neighbouring threads read one row of up to 128 elements.
struct RowsAcrossK {
  static constexpr bool along_k = false;
  const float* data;
  Index distance;
  int count;  // columns
  bool vectors;
  using Place = int;
  __device__ Place place(int i) const { return i; }
  __device__ float4 quad(Place i, int k, int k_end) const {
    return k < k_end ? read_quad(data + k * distance + i, count - i, vectors) : zero_quad();
  }
};

// C = alpha sums + beta C. If k is split into parts (one grid row each), part p has its own C.
struct MatrixSink {
  float* c;
  Index distance, part_distance;
  int rows, columns;
  float alpha, beta;
  bool vectors;

  __device__ MatrixSink part(unsigned p) const {
    MatrixSink own = *this;
    own.c += p * part_distance;
    return own;
  }
  // With beta = 0 C is not read; it may hold NaN.
  __device__ float combined(float sum, float before) const { return fmaf(beta, before, alpha * sum); }
  __device__ void operator()(int i, int j, const float (&block)[4][4]) const {
    for (int r = 0; r < 4 && i + r < rows; ++r) {
      float* to = c + (i + r) * distance + j;
      if (vectors && j + 3 < columns) {
        const float4 old = beta == 0 ? zero_quad() : *reinterpret_cast<const float4*>(to);
        *reinterpret_cast<float4*>(to) =
            make_float4(combined(block[r][0], old.x), combined(block[r][1], old.y),
                        combined(block[r][2], old.z), combined(block[r][3], old.w));
      } else {
        for (int q = 0; q < 4; ++q)
          if (j + q < columns) to[q] = combined(block[r][q], beta == 0 ? 0 : to[q]);
      }
    }
  }
};

// y = sums + bias, which may be null.
struct BiasSink {
  float* y;
  const float* bias;  // [columns]
  int rows, columns;
  bool vectors;
  __device__ BiasSink part(unsigned) const { return *this; }
  __device__ void operator()(int i, int j, const float (&block)[4][4]) const {
    float offset[4] = {};
    for (int q = 0; q < 4; ++q)
      if (bias && j + q < columns) offset[q] = bias[j + q];
    for (int r = 0; r < 4 && i + r < rows; ++r) {
      float* to = y + Index(i + r) * columns + j;
      if (vectors && j + 3 < columns) {
        *reinterpret_cast<float4*>(to) = make_float4(block[r][0] + offset[0], block[r][1] + offset[1],
                                                     block[r][2] + offset[2], block[r][3] + offset[3]);
      } else {
        for (int q = 0; q < 4; ++q)
          if (j + q < columns) to[q] = block[r][q] + offset[q];
      }
    }
  }
};

}  // namespace triptych::cuda
