// 11.3 What the order tells
//
// x holds `frames` vectors of d numbers, one for each frame of a sequence. Write `recurrent_mean`:
//
//   o_t = x_t W_i + r_{t-1} W_s,   r_t = tanh(o_t),   r before the first frame is 0
//   y   = 1 / frames  sum over t of (x_t + o_t)
//
// W_i and W_s are [d, d] in the order of rows: (x W)_j = sum over i of x_i W[i d + j]. This is the recurrence
// of McLaughlin et al. 2016: what is kept is bent by tanh, what is pooled is not.
//
// What is below pools the frames without a memory, so it does not hear in which order they come.
#include "exercises/exercises.h"

namespace triptych {

std::vector<double> recurrent_mean(std::span<const double> x, Index frames, std::span<const double> w_i,
                                   std::span<const double> w_s) {
  static_cast<void>(w_i), static_cast<void>(w_s);
  const std::size_t t = static_cast<std::size_t>(frames), d = x.size() / t;
  std::vector<double> y(d, 0);
  for (std::size_t k = 0; k < x.size(); ++k) y[k % d] += x[k] / static_cast<double>(t);
  return y;
}

}  // namespace triptych
