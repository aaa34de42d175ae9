// L2 normalisation of rows and batch normalisation of columns.
#include "kernels/context.h"
#include "kernels/cpu/column_sums.h"
#include "kernels/cpu/mathematics.h"
#include "kernels/cpu/simd.h"
#include "kernels/cpu/table.h"

namespace triptych::cpu::TRIPTYCH_ISA {

namespace {

// The same for a row whose squares overflow or vanish: scaled by its largest element. Rare, and so simple.
// Without a largest element (zeros, or a NaN or infinity among them) it is for the formula itself, and the
// answer is no.
bool normalise_scaled(Index columns, float epsilon, const float* x, float* y, float* norm) {
  float largest = 0;
  for (Index j = 0; j < columns; ++j) {
    const float magnitude = __builtin_fabsf(x[j]);
    if (!(magnitude <= __FLT_MAX__)) return false;
    if (magnitude > largest) largest = magnitude;
  }
  if (largest == 0) return false;
  double squares = 0;
  for (Index j = 0; j < columns; ++j) {
    const double scaled = static_cast<double>(x[j]) / largest;
    squares += scaled * scaled;
  }
  const double length = static_cast<double>(largest) * __builtin_sqrt(squares);
  const double divisor = length < static_cast<double>(epsilon) ? static_cast<double>(epsilon) : length;
  *norm = static_cast<float>(length);
  for (Index j = 0; j < columns; ++j) y[j] = static_cast<float>(x[j] / divisor);
  return true;
}

}  // namespace

void l2_normalise_forward(Context& context, Index rows, Index columns, float epsilon, const float* x,
                          float* y, float* norm) {
  parallel_for(context, rows, 2 * columns, [&](Index row) {
    const float* from = x + row * columns;
    Floats total = {};
    sweep(0, columns, [&](Index j, auto part) {
      const Floats v = part.get(from + j);
      total = v * v + total;
    });
    const float squares = sum(total);
    if (!(squares > 1e-30f && squares < 1e38f) &&
        normalise_scaled(columns, epsilon, from, y + row * columns, norm + row))
      return;
    norm[row] = __builtin_sqrtf(squares);
    const float length = norm[row] < epsilon ? epsilon : norm[row];  // NaN stays NaN
    sweep(0, columns,
          [&](Index j, auto part) { part.put(y + row * columns + j, part.get(from + j) / length); });
  });
}

void l2_normalise_backward(Context& context, Index rows, Index columns, float epsilon, const float* y,
                           const float* norm, const float* dy, float* dx) {
  if (!dx) return;
  parallel_for(context, rows, 2 * columns, [&](Index row) {
    const Index begin = row * columns, end = begin + columns;
    if (norm[row] <= epsilon)
      return sweep(begin, end, [&](Index at, auto part) {
        part.put(dx + at, part.get(dx + at) + part.get(dy + at) / epsilon);
      });
    Floats dots = {};
    sweep(begin, end, [&](Index at, auto part) { dots = part.get(y + at) * part.get(dy + at) + dots; });
    const float along = sum(dots);
    sweep(begin, end, [&](Index at, auto part) {
      part.put(dx + at, part.get(dx + at) + (part.get(dy + at) - part.get(y + at) * along) / norm[row]);
    });
  });
}

// One pass over x: each chunk of rows, in the cache, gives its mean and its sum of squared deviations M2 from
// that mean. Two such pairs combine exactly (Chan, Golub & LeVeque 1979); this is done in double and in
// order:
//   M2 = M2_a + M2_b + (mean_b - mean_a)^2 n_a n_b / n
void batch_norm_statistics(Context& context, Index rows, Index channels, const float* x, float* mean,
                           float* variance) {
  const Cut chunks = row_chunks(rows, channels);
  ScratchScope scope(context.scratch);
  const Chunks here(context, chunks);
  // Of each chunk the means, then the squares: they travel together.
  float* moments = context.scratch.take<float>(chunks.parts * 2 * channels);
  parallel_for(context, here.count(), 2 * chunks.size(0) * channels, [&](Index i) {
    const Index chunk = here.begin + i, at = chunk * 2 * channels;
    const Index begin = chunks.begin(chunk), end = chunks.begin(chunk + 1);
    sweep(0, channels, [&](Index ch, auto part) {
      Floats total = {}, square = {};
      for (Index row = begin; row < end; ++row) total = total + part.get(x + row * channels + ch);
      const Floats centre = total / static_cast<float>(end - begin);
      for (Index row = begin; row < end; ++row) {
        const Floats deviation = part.get(x + row * channels + ch) - centre;
        square = deviation * deviation + square;
      }
      part.put(moments + at + ch, centre);
      part.put(moments + at + channels + ch, square);
    });
  });
  here.gather(moments, 2 * channels);
  for (Index ch = 0; ch < channels; ++ch) {
    double n = 0, centre = 0, square = 0;
    for (Index chunk = 0; chunk < chunks.parts; ++chunk) {
      const double more = static_cast<double>(chunks.size(chunk));
      const float* of_chunk = moments + chunk * 2 * channels + ch;
      const double apart = static_cast<double>(of_chunk[0]) - centre;
      square += static_cast<double>(of_chunk[channels]) + apart * apart * n * more / (n + more);
      centre += apart * more / (n + more);
      n += more;
    }
    mean[ch] = static_cast<float>(centre);
    variance[ch] = static_cast<float>(square / static_cast<double>(rows));
  }
}

// Two passes, so that the first product is rounded in memory.
void batch_norm_track(Context& context, Index channels, float keep, float mean_share, float variance_share,
                      const float* mean, const float* variance, float* running_mean,
                      float* running_variance) {
  scale(context, channels, keep, running_mean);
  add_scaled(context, channels, mean_share, mean, running_mean);
  scale(context, channels, keep, running_variance);
  add_scaled(context, channels, variance_share, variance, running_variance);
}

void batch_norm_forward(Context& context, Index rows, Index channels, float epsilon, const float* x,
                        const float* mean, const float* variance, const float* gamma, const float* beta,
                        float* y) {
  const Cut chunks = row_chunks(rows, channels);
  parallel_for(context, chunks.parts, chunks.size(0) * channels, [&](Index chunk) {
    sweep(0, channels, [&](Index ch, auto part) {
      const Floats centre = part.get(mean + ch), shift = part.get(beta + ch);
      const Floats factor = part.get(gamma + ch) / square_root(part.get(variance + ch) + epsilon);
      for (Index row = chunks.begin(chunk); row < chunks.begin(chunk + 1); ++row) {
        const Index at = row * channels + ch;
        part.put(y + at, factor * (part.get(x + at) - centre) + shift);
      }
    });
  });
}

void batch_norm_backward(Context& context, Index rows, Index channels, float epsilon, const float* x,
                         const float* mean, const float* variance, const float* gamma, const float* dy,
                         float* dx, float* dgamma, float* dbeta) {
  ScratchScope scope(context.scratch);
  double* totals = context.scratch.take<double>(2 * channels);
  column_sums<2>(context, rows, channels, channels, totals,
                 [&](Index row, Index ch, auto part, Floats(&into)[2]) {
                   const Floats g = part.get(dy + row * channels + ch);
                   into[0] = into[0] + g;
                   into[1] = g * (part.get(x + row * channels + ch) - part.get(mean + ch)) + into[1];
                 });
  float *shift = context.scratch.take<float>(channels), *tilt = context.scratch.take<float>(channels);
  for (Index ch = 0; ch < channels; ++ch) {
    const double deviation2 = static_cast<double>(variance[ch]) + static_cast<double>(epsilon);
    const double inverse = 1 / __builtin_sqrt(deviation2);
    if (dbeta) dbeta[ch] = static_cast<float>(static_cast<double>(dbeta[ch]) + totals[ch]);
    if (dgamma)
      dgamma[ch] = static_cast<float>(static_cast<double>(dgamma[ch]) + totals[channels + ch] * inverse);
    shift[ch] = static_cast<float>(totals[ch] / static_cast<double>(rows));
    // xhat mean(dy xhat) = (x - mean) tilt
    tilt[ch] = static_cast<float>(totals[channels + ch] / (deviation2 * static_cast<double>(rows)));
  }
  if (!dx) return;
  const Cut chunks = row_chunks(rows, channels);
  parallel_for(context, chunks.parts, chunks.size(0) * channels, [&](Index chunk) {
    sweep(0, channels, [&](Index ch, auto part) {
      const Floats centre = part.get(mean + ch), less = part.get(shift + ch), slant = part.get(tilt + ch);
      const Floats factor = part.get(gamma + ch) / square_root(part.get(variance + ch) + epsilon);
      for (Index row = chunks.begin(chunk); row < chunks.begin(chunk + 1); ++row) {
        const Index at = row * channels + ch;
        const Floats centred = part.get(dy + at) - less - (part.get(x + at) - centre) * slant;
        part.put(dx + at, factor * centred + part.get(dx + at));
      }
    });
  });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
