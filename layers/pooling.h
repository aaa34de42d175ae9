#pragma once
#include "engine/ops.h"

namespace triptych {

// The maximum of each window: [n, h, w, c] -> [n, h', w', c], h' = (h - window.height) / stride_height + 1.
class MaxPool2d {
 public:
  explicit MaxPool2d(PoolWindow window = {}) : window_(window) {}
  Variable operator()(const Variable& x) const { return max_pool2d(x, window_); }

 private:
  PoolWindow window_;
};

// The mean of each window; shapes as above.
class AveragePool2d {
 public:
  explicit AveragePool2d(PoolWindow window = {}) : window_(window) {}
  Variable operator()(const Variable& x) const { return average_pool2d(x, window_); }

 private:
  PoolWindow window_;
};

// Pools the patches of each horizontal strip of a grid: x [n, rows, columns, c] -> [n, strips, c]. The caller
// selects the patches by a mask of bytes for the maximum, or weights >= 0 for the mean. A strip without
// patches gives 0.
class StripPool {
 public:
  enum class Kind { max, mean };
  StripPool(Kind kind, Index strips);  // an Error unless strips >= 1

  // `patches` [n, rows, columns]: bytes for max; reals for mean.
  Variable operator()(const Variable& x, const Tensor& patches) const;
  Kind kind() const { return kind_; }
  Index strips() const { return strips_; }

 private:
  Kind kind_;
  Index strips_;
};

// One vector for a whole sequence: x [steps, batch, features] -> [batch, features]. `last` is the state after
// the last step; for a bidirectional layer, whose backward half has read only that step by then, it is the
// weaker choice.
class TemporalPool {
 public:
  enum class Kind { max, mean, last };
  explicit TemporalPool(Kind kind) : kind_(kind) {}
  Variable operator()(const Variable& x) const;

 private:
  Kind kind_;
};

}  // namespace triptych
