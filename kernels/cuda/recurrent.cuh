#pragma once
// Shared by the recurrent cells. Sequences are independent, so a block takes four of them and runs all their
// steps in one launch, without synchronisation between blocks. Thread j owns unit j of the hidden state, with
// all its gates, for the four sequences; the units exchange their states through memory, behind a barrier.
//
//   u[b, gate, j] = sum_i state[b, i] w[i, gate, j]
//
// The states of 64 units at a time are in shared memory, [unit][sequence]: all threads read the same four
// elements (one broadcast of 16 bytes). A row of w is read coalesced, once for four sequences.
#include "kernels/cuda/activation.cuh"
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/reduce.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/table.h"

namespace triptych::cuda {

inline constexpr int sequences = 4, staged_units = 64;

struct StagedStates {
  __align__(16) float unit[staged_units][sequences];
};

// A RecurrentShape as a block sees it. k counts the steps in reading order.
struct Sequences {
  int steps, batch, hidden, first, count;
  bool reverse;
  __device__ explicit Sequences(const RecurrentShape& s)
      : steps(static_cast<int>(s.steps)),
        batch(static_cast<int>(s.batch)),
        hidden(static_cast<int>(s.hidden)),
        first(static_cast<int>(blockIdx.x) * sequences),
        count(batch - first < sequences ? batch - first : sequences),
        reverse(s.reverse) {}
  // The row of sequence `b` of the block at step k of an array [steps, batch, width].
  __device__ Index row(int k, int b) const { return Index(reverse ? steps - 1 - k : k) * batch + first + b; }
};

// u[gate][b] = sum over i < inner of state(b, i) w[i, gate, j]. Every thread of the block must call it, even
// if its j is beyond the hidden units: it takes part in the staging. w [inner, gates, units].
template <int gates, class State>
__device__ inline void project(StagedStates& staged, int inner, int units, int j, const float* w,
                               const State& state, float (&u)[gates][sequences]) {
  for (int g = 0; g < gates; ++g)
    for (int b = 0; b < sequences; ++b) u[g][b] = 0;
  for (int first = 0; first < inner; first += staged_units) {
    __syncthreads();  // the previous states are used up, and those of the previous step are written
    for (int t = static_cast<int>(threadIdx.x); t < staged_units * sequences;
         t += static_cast<int>(blockDim.x)) {
      const int i = t / sequences, b = t % sequences;
      staged.unit[i][b] = first + i < inner ? state(b, first + i) : 0.0f;
    }
    __syncthreads();
    if (j >= units) continue;
    const int count = inner - first < staged_units ? inner - first : staged_units;
    for (int i = 0; i < count; ++i) {
      const float4 four = *reinterpret_cast<const float4*>(staged.unit[i]);
      for (int g = 0; g < gates; ++g) {
        const float weight = w[(Index(first + i) * gates + g) * units + j];
        u[g][0] = fmaf(four.x, weight, u[g][0]);
        u[g][1] = fmaf(four.y, weight, u[g][1]);
        u[g][2] = fmaf(four.z, weight, u[g][2]);
        u[g][3] = fmaf(four.w, weight, u[g][3]);
      }
    }
  }
}

// Calls body(j) for the units of this thread; all threads of a block make the same number of iterations.
template <class Body>
__device__ inline void for_own_units(int hidden, const Body& body) {
  for (int j = static_cast<int>(threadIdx.x); j - static_cast<int>(threadIdx.x) < hidden;
       j += static_cast<int>(blockDim.x))
    body(j);
}

// ---- host side --------------------------------------------------------------------------------------------

template <class... Parameters, class... Arguments>
void start_recurrence(Context& context, const char* name, void (*kernel)(RecurrentShape, Parameters...),
                      const RecurrentShape& s, const Arguments&... arguments) {
  if (s.batch == 0 || s.steps == 0 || s.hidden == 0) return;
  const Index whole_warps = divide_up(s.hidden, warp_threads) * warp_threads;
  start(context, name, kernel, dim3(static_cast<unsigned>(divide_up(s.batch, sequences))),
        dim3(static_cast<unsigned>(whole_warps < block_threads ? whole_warps : block_threads)), s,
        arguments...);
}

// w [hidden, width] as [width, hidden]: backward then reads its columns coalesced.
inline float* transposed(Context& context, Workspace& scratch, Index hidden, Index width, const float* w) {
  float* to = scratch.take<float>(hidden * width);
  const StridedShape shape = {.size = {1, 1, hidden, width}, .a = {0, 0, width, 1}, .b = {0, 0, 1, hidden}};
  copy_strided(context, shape, false, w, to);
  return to;
}

// dw += sum over k > 0 of state_{k-1}^T du_k, one GEMM over all steps: the states of all steps but the last
// in reading order, and the du of all but the first, are each one contiguous matrix of (steps - 1) * batch
// rows. dbias += the sum of du over all steps.
inline void weight_gradients(Context& context, const RecurrentShape& s, Index width, const float* states,
                             const float* du, float* dw, float* dbias) {
  const Index rows = (s.steps - 1) * s.batch;
  if (dw && rows > 0)
    gemm(context, Transpose::yes, Transpose::no, s.hidden, width, rows, 1,
         states + (s.reverse ? s.batch * s.hidden : 0), s.hidden, du + (s.reverse ? 0 : s.batch * width),
         width, 1, dw, width);
  add_column_sums(context, "recurrence (bias)", s.steps * s.batch, width, du, dbias);
}

}  // namespace triptych::cuda
