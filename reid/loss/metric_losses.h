#pragma once
#include "engine/ops.h"

// Losses of metric learning that are compositions of ops: no kernel and no backward of their own.
namespace triptych {

// ArcFace (Deng et al. 2019): softmax over cosines, with `margin` added to the angle of the target class. x
// [n, d], centres [classes, d], target int32 [n] -> the mean loss [1]
Variable arcface_loss(const Variable& x, const Variable& centres, const Tensor& target,
                      Real margin = Real(0.5), Real scale = 64);

// Circle loss (Sun et al. 2020) over the pairs of a batch. For each anchor, with s the cosines of its pairs,
//   log(1 + sum_n exp(gamma a_n (s_n - m)) sum_p exp(-gamma a_p (s_p - 1 + m))),
// a_n = max(0, s_n + m) and a_p = max(0, 1 + m - s_p) as constants. x [n, d]; positive, negative: bytes
// [n, n], the pairs of equal and of different identities -> the mean loss [1]
Variable circle_loss(const Variable& x, const Tensor& positive, const Tensor& negative,
                     Real margin = Real(0.25), Real gamma = 32);

}  // namespace triptych
