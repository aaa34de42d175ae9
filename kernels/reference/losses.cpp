#include <algorithm>
#include <cmath>

#include "kernels/reference/reference.h"
#include "kernels/reference/scalar.h"
#include "kernels/reference/sums.h"

namespace triptych::reference {
namespace {

// sum_j exp(x[j] - largest). Subtracting the largest x prevents overflow.
struct Exponentials {
  double largest, sum;
};
Exponentials exponentials(Index columns, const Real* x) {
  Exponentials e{x[0], 0};
  for (Index j = 1; j < columns; ++j) e.largest = std::max(e.largest, double(x[j]));
  for (Index j = 0; j < columns; ++j) e.sum += std::exp(x[j] - e.largest);
  return e;
}

}  // namespace

// y = exp(x) / sum exp(x)
void softmax_forward(Context&, Index rows, Index columns, const Real* x, Real* y) {
  for (Index i = 0; i < rows; ++i) {
    const Exponentials e = exponentials(columns, x + i * columns);
    for (Index j = 0; j < columns; ++j)
      y[i * columns + j] = static_cast<Real>(std::exp(x[i * columns + j] - e.largest) / e.sum);
  }
}

// dx += y (dy - y . dy)
void softmax_backward(Context&, Index rows, Index columns, const Real* y, const Real* dy, Real* dx) {
  for (Index i = 0; dx && i < rows; ++i) {
    double dot = 0;
    for (Index j = 0; j < columns; ++j) dot += double(y[i * columns + j]) * dy[i * columns + j];
    for (Index j = 0; j < columns; ++j) {
      const Index at = i * columns + j;
      dx[at] = static_cast<Real>(dx[at] + y[at] * (dy[at] - dot));
    }
  }
}

// y = x - log sum exp(x)
void log_softmax_forward(Context&, Index rows, Index columns, const Real* x, Real* y) {
  for (Index i = 0; i < rows; ++i) {
    const Exponentials e = exponentials(columns, x + i * columns);
    for (Index j = 0; j < columns; ++j)
      y[i * columns + j] = static_cast<Real>(x[i * columns + j] - e.largest - std::log(e.sum));
  }
}

// dx += dy - exp(y) sum dy
void log_softmax_backward(Context&, Index rows, Index columns, const Real* y, const Real* dy, Real* dx) {
  for (Index i = 0; dx && i < rows; ++i) {
    double sum = 0;
    for (Index j = 0; j < columns; ++j) sum += dy[i * columns + j];
    for (Index j = 0; j < columns; ++j) {
      const Index at = i * columns + j;
      dx[at] = static_cast<Real>(dx[at] + dy[at] - std::exp(double(y[at])) * sum);
    }
  }
}

// loss = -log softmax(logits)[target]
void cross_entropy_forward(Context& context, Index rows, Index columns, const Real* logits,
                           const std::int32_t* target, Real* loss, Real* probability) {
  softmax_forward(context, rows, columns, logits, probability);
  for (Index i = 0; i < rows; ++i) {
    const Exponentials e = exponentials(columns, logits + i * columns);
    loss[i] = static_cast<Real>(std::log(e.sum) - (logits[i * columns + target[i]] - e.largest));
  }
}

// dlogits += dloss (probability - onehot(target))
void cross_entropy_backward(Context&, Index rows, Index columns, const Real* probability,
                            const std::int32_t* target, const Real* dloss, Real* dlogits) {
  for (Index i = 0; dlogits && i < rows; ++i)
    for (Index j = 0; j < columns; ++j) {
      const Index at = i * columns + j;
      const double onehot = j == target[i] ? 1 : 0;
      dlogits[at] = static_cast<Real>(dlogits[at] + dloss[i] * (probability[at] - onehot));
    }
}

// loss = max(x, 0) - x target + log(1 + exp(-|x|)) = softplus(x) - x target
void binary_cross_entropy_forward(Context&, Index n, const Real* logit, const Real* target, Real* loss) {
  for (Index i = 0; i < n; ++i)
    loss[i] = static_cast<Real>(softplus(logit[i]) - double(logit[i]) * target[i]);
}

void binary_cross_entropy_backward(Context&, Index n, const Real* logit, const Real* target,
                                   const Real* dloss, Real* dlogit) {
  for (Index i = 0; dlogit && i < n; ++i)
    dlogit[i] = static_cast<Real>(dlogit[i] + dloss[i] * (sigmoid(logit[i]) - target[i]));
}

// hinge: max(0, gap + margin) + beta max(0, d_ap - ceiling), gap = d_ap - d_an
// soft margin: log(1 + exp(gap)) + beta max(0, d_ap - ceiling)
void triplet_forward(Context&, const TripletRule& rule, Index n, Index count, const std::int32_t* triplets,
                     const Real* d, Real* loss) {
  for (Index t = 0; t < count; ++t) {
    const Index anchor = triplets[3 * t], positive = triplets[3 * t + 1], negative = triplets[3 * t + 2];
    const double d_ap = d[anchor * n + positive], d_an = d[anchor * n + negative];
    const double gap = d_ap - d_an;
    const double push = rule.soft_margin ? softplus(gap) : relu(gap + rule.margin);
    loss[t] = static_cast<Real>(push + rule.beta * relu(d_ap - rule.ceiling));
  }
}

// weight[t] = 1 / k for the k triplets with d_ap - d_an + margin > 0
void active_triplets(Context&, double margin, Index n, Index count, const std::int32_t* triplets,
                     const Real* d, Real* weight) {
  const auto is_active = [&](Index t) {
    const Real* row = d + triplets[3 * t] * n;
    return double(row[triplets[3 * t + 1]]) - double(row[triplets[3 * t + 2]]) + margin > 0;
  };
  Index active = 0;
  for (Index t = 0; t < count; ++t) active += is_active(t);
  for (Index t = 0; t < count; ++t) weight[t] = is_active(t) ? Real(1) / static_cast<Real>(active) : Real(0);
}

// weight[t] = [t is chosen]
void chosen_triplets(Context&, TripletChoice choice, Index n, Index count, const std::int32_t* triplets,
                     const Real* d, Real* weight) {
  for (Index t = 0; t < count; ++t) {
    const std::int32_t anchor = triplets[3 * t], p = triplets[3 * t + 1], q = triplets[3 * t + 2];
    const Real* row = d + anchor * n;
    std::int32_t furthest = p, nearest = q, further = -1, last = q;  // of the anchor; the others of (a, p)
    for (Index s = 0; s < count; ++s) {
      if (triplets[3 * s] != anchor) continue;
      const std::int32_t positive = triplets[3 * s + 1], negative = triplets[3 * s + 2];
      const auto before = [&](std::int32_t i, std::int32_t j) { return row[i] == row[j] && i < j; };
      if (row[positive] > row[furthest] || before(positive, furthest)) furthest = positive;
      if (row[negative] < row[nearest] || before(negative, nearest)) nearest = negative;
      if (positive != p) continue;
      if (row[negative] > row[last] || before(negative, last)) last = negative;
      if (row[negative] > row[p] &&
          (further < 0 || row[negative] < row[further] || before(negative, further)))
        further = negative;
    }
    const bool chosen =
        choice == TripletChoice::hard ? p == furthest && q == nearest : q == (further < 0 ? last : further);
    weight[t] = chosen ? Real(1) : Real(0);
  }
}

void triplet_backward(Context& context, const TripletRule& rule, Index n, Index count,
                      const std::int32_t* triplets, const Real* d, const Real* dloss, Real* dd) {
  Sums sum(context, n * n);
  for (Index t = 0; t < count; ++t) {
    const Index anchor = triplets[3 * t], positive = triplets[3 * t + 1], negative = triplets[3 * t + 2];
    const double d_ap = d[anchor * n + positive], d_an = d[anchor * n + negative];
    const double gap = d_ap - d_an;
    const double push = rule.soft_margin ? sigmoid(gap) : gap + rule.margin > 0 ? 1 : 0;
    const double pull = d_ap > rule.ceiling ? double(rule.beta) : 0;
    sum[anchor * n + positive] += dloss[t] * (push + pull);
    sum[anchor * n + negative] -= dloss[t] * push;
  }
  sum.add_to(dd);
}

}  // namespace triptych::reference
