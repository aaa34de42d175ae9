// Softmax and the losses. One row is one example and one work item.
#include <cmath>

#include "kernels/context.h"
#include "kernels/cpu/mathematics.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"
#include "kernels/triplet_choice.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

float largest(Index n, const float* x) {
  Floats best = broadcast(-__builtin_inff());
  sweep(0, n, [&](Index j, auto part) {
    const Floats v = part.or_else(part.get(x + j), -__builtin_inff());
    best = v > best ? v : best;  // the sum of exponentials propagates a NaN
  });
  float result = best[0];
  for (int lane = 1; lane < lanes; ++lane) result = best[lane] > result ? best[lane] : result;
  return result;
}

// sum exp(x - top); stores y = exp(x - top) as well, unless y is null.
float sum_exponentials(Index n, const float* x, float top, float* y) {
  Floats total = {};
  sweep(0, n, [&](Index j, auto part) {
    const Floats e = exponential(part.get(x + j) - top);
    if (y) part.put(y + j, e);
    total = total + part.or_else(e, 0);
  });
  return sum(total);
}

void softmax_row(Index n, const float* x, float* y) {
  const float total = sum_exponentials(n, x, largest(n, x), y);
  sweep(0, n, [&](Index j, auto part) { part.put(y + j, part.get(y + j) / total); });
}

float log_sum_exponentials(Index n, const float* x) {
  const float top = largest(n, x);
  return top + logf(sum_exponentials(n, x, top, nullptr));
}

// Cost of an exponential in elementary operations, for parallel_for.
constexpr Index exponential_work = 8;

}  // namespace

void softmax_forward(Context& context, Index rows, Index columns, const float* x, float* y) {
  parallel_for(context, rows, exponential_work * columns,
               [&](Index i) { softmax_row(columns, x + i * columns, y + i * columns); });
}

void softmax_backward(Context& context, Index rows, Index columns, const float* y, const float* dy,
                      float* dx) {
  if (!dx) return;
  parallel_for(context, rows, 2 * columns, [&](Index i) {
    const Index begin = i * columns, end = begin + columns;
    Floats dots = {};
    sweep(begin, end, [&](Index at, auto part) { dots = part.get(y + at) * part.get(dy + at) + dots; });
    const float dot = sum(dots);
    sweep(begin, end, [&](Index at, auto part) {
      part.put(dx + at, part.get(y + at) * (part.get(dy + at) - dot) + part.get(dx + at));
    });
  });
}

void log_softmax_forward(Context& context, Index rows, Index columns, const float* x, float* y) {
  parallel_for(context, rows, exponential_work * columns, [&](Index i) {
    const float* from = x + i * columns;
    const float top = largest(columns, from), rest = logf(sum_exponentials(columns, from, top, nullptr));
    sweep(0, columns,
          [&](Index j, auto part) { part.put(y + i * columns + j, (part.get(from + j) - top) - rest); });
  });
}

void log_softmax_backward(Context& context, Index rows, Index columns, const float* y, const float* dy,
                          float* dx) {
  if (!dx) return;
  parallel_for(context, rows, exponential_work * columns, [&](Index i) {
    const Index begin = i * columns, end = begin + columns;
    Floats sums = {};
    sweep(begin, end, [&](Index at, auto part) { sums = sums + part.get(dy + at); });
    const float total = sum(sums);
    sweep(begin, end, [&](Index at, auto part) {
      part.put(dx + at, part.get(dx + at) + (part.get(dy + at) - exponential(part.get(y + at)) * total));
    });
  });
}

void cross_entropy_forward(Context& context, Index rows, Index columns, const float* logits,
                           const std::int32_t* target, float* loss, float* probability) {
  parallel_for(context, rows, 2 * exponential_work * columns, [&](Index i) {
    const float* from = logits + i * columns;
    softmax_row(columns, from, probability + i * columns);
    loss[i] = log_sum_exponentials(columns, from) - from[target[i]];
  });
}

void cross_entropy_backward(Context& context, Index rows, Index columns, const float* probability,
                            const std::int32_t* target, const float* dloss, float* dlogits) {
  if (!dlogits) return;
  parallel_for(context, rows, columns, [&](Index i) {
    sweep(i * columns, (i + 1) * columns, [&](Index at, auto part) {
      part.put(dlogits + at, dloss[i] * part.get(probability + at) + part.get(dlogits + at));
    });
    dlogits[i * columns + target[i]] -= dloss[i];
  });
}

namespace {

// Scalar code with the C library: these losses have one element per patch or triplet, and their time is
// negligible.
// NaN < 0 is false: NaN propagates.
float relu(float x) {
  return x < 0 ? 0 : x;
}
float softplus(float x) {
  return relu(x) + log1pf(expf(-__builtin_fabsf(x)));
}
float logistic(float x) {
  return 1 / (1 + expf(-x));
}

}  // namespace

void binary_cross_entropy_forward(Context& context, Index n, const float* logit, const float* target,
                                  float* loss) {
  parallel_for(context, n, 2 * exponential_work,
               [&](Index i) { loss[i] = softplus(logit[i]) - logit[i] * target[i]; });
}

void binary_cross_entropy_backward(Context& context, Index n, const float* logit, const float* target,
                                   const float* dloss, float* dlogit) {
  if (!dlogit) return;
  parallel_for(context, n, exponential_work,
               [&](Index i) { dlogit[i] += dloss[i] * (logistic(logit[i]) - target[i]); });
}

void triplet_forward(Context& context, const TripletRule& rule, Index n, Index count,
                     const std::int32_t* triplets, const float* d, float* loss) {
  parallel_for(context, count, rule.soft_margin ? exponential_work : 2, [&](Index t) {
    const float* row = d + triplets[3 * t] * n;
    const float near = row[triplets[3 * t + 1]], gap = near - row[triplets[3 * t + 2]];
    loss[t] =
        (rule.soft_margin ? softplus(gap) : relu(gap + rule.margin)) + rule.beta * relu(near - rule.ceiling);
  });
}

void active_triplets(Context& context, double margin, Index n, Index count, const std::int32_t* triplets,
                     const float* d, float* weight) {
  (void)context;
  Index active = 0;
  for (Index t = 0; t < count; ++t) {
    const float* row = d + triplets[3 * t] * n;
    const double gap =
        static_cast<double>(row[triplets[3 * t + 1]]) - static_cast<double>(row[triplets[3 * t + 2]]);
    weight[t] = gap + margin > 0 ? 1.0f : 0.0f;
    active += gap + margin > 0;
  }
  for (Index t = 0; t < count; ++t)
    if (weight[t] != 0) weight[t] = 1 / static_cast<float>(active);
}

namespace {

// The first triplet whose anchor is not before `anchor`, by binary search.
Index first_triplet(const std::int32_t* triplets, Index count, Index anchor) {
  Index low = 0, high = count;
  while (low < high) {
    const Index middle = (low + high) / 2;
    if (triplets[3 * middle] < anchor)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

}  // namespace

void chosen_triplets(Context& context, TripletChoice choice, Index n, Index count,
                     const std::int32_t* triplets, const float* d, float* weight) {
  parallel_for(context, n, 4 * (count / (n + 1) + 1), [&](Index anchor) {
    const Index first = first_triplet(triplets, count, anchor);
    const Index end = first_triplet(triplets, count, anchor + 1);
    for (Index t = first; t < end; ++t) {
      bool chosen = true;
      for (Index s = first; s < end && chosen; ++s)
        chosen = !displaces(choice, d + anchor * n, triplets[3 * t + 1], triplets[3 * t + 2],
                            triplets[3 * s + 1], triplets[3 * s + 2]);
      weight[t] = chosen ? 1.0f : 0.0f;
    }
  });
}

// The triplets are sorted by anchor and write only to the anchor's row of dd, so an item is an anchor.
void triplet_backward(Context& context, const TripletRule& rule, Index n, Index count,
                      const std::int32_t* triplets, const float* d, const float* dloss, float* dd) {
  if (!dd || n == 0) return;
  parallel_for(context, n, 4 * (count / n + 1), [&](Index anchor) {
    const float* row = d + anchor * n;
    for (Index t = first_triplet(triplets, count, anchor); t < count && triplets[3 * t] == anchor; ++t) {
      const Index positive = triplets[3 * t + 1], negative = triplets[3 * t + 2];
      const float gap = row[positive] - row[negative];
      const float push = rule.soft_margin ? logistic(gap) : gap + rule.margin > 0 ? 1.0f : 0.0f;
      const float pull = row[positive] > rule.ceiling ? rule.beta : 0.0f;
      dd[anchor * n + positive] += dloss[t] * (push + pull);
      dd[anchor * n + negative] -= dloss[t] * push;
    }
  });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
