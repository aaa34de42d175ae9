#include "engine/ops/detail.h"

namespace triptych {

Variable softmax(const Variable& x) {
  const auto [kernels, context] = detail::place_of("softmax", {&x});
  const Index rows = detail::rows_of(x.shape()), columns = detail::columns_of(x.shape());
  Tensor y = Tensor::like(x.value);
  kernels.softmax_forward(context, rows, columns, x.value.real(), y.real());

  // saved: y.   y_j = exp(x_j) / sum_k exp(x_k):   dx_j += y_j (dy_j - sum_k dy_k y_k)
  return record("softmax", {&x}, y, [rows, columns, y = Saved(y)](const BackwardStep& step) {
    step.kernels().softmax_backward(step.context(), rows, columns, y.real(), step.output_gradient().real(),
                                    step.gradient(0));
  });
}

Variable log_softmax(const Variable& x) {
  const auto [kernels, context] = detail::place_of("log_softmax", {&x});
  const Index rows = detail::rows_of(x.shape()), columns = detail::columns_of(x.shape());
  Tensor y = Tensor::like(x.value);
  kernels.log_softmax_forward(context, rows, columns, x.value.real(), y.real());

  // saved: y.   y_j = x_j - log sum_k exp(x_k):   dx_j += dy_j - exp(y_j) sum_k dy_k
  return record("log_softmax", {&x}, y, [rows, columns, y = Saved(y)](const BackwardStep& step) {
    step.kernels().log_softmax_backward(step.context(), rows, columns, y.real(),
                                        step.output_gradient().real(), step.gradient(0));
  });
}

Variable cross_entropy(const Variable& logits, const Tensor& target) {
  const auto [kernels, context] = detail::place_of("cross_entropy", {&logits});
  const Index rows = detail::rows_of(logits.shape()), classes = detail::columns_of(logits.shape());
  Shape shape;
  for (int axis = 0; axis + 1 < logits.shape().axes(); ++axis) shape.append(logits.shape()[axis]);
  require(logits.shape().axes() >= 1 && target && target.shape() == shape,
          "cross_entropy takes logits [..., classes] and a target [...], not {} and {}",
          logits.shape().text(), target.shape().text());
  for (const std::int32_t label : target.int32_values())  // the kernels use it as an index
    require(label >= 0 && label < classes,
            "cross_entropy: the target {} is not one of {} classes (logits {})", label, classes,
            logits.shape().text());
  Tensor loss(logits.device(), shape), probability = Tensor::like(logits.value);
  kernels.cross_entropy_forward(context, rows, classes, logits.value.real(), target.int32(), loss.real(),
                                probability.real());

  // saved: the probabilities and the targets.   dlogits_j += dloss (softmax_j - [j = target])
  return record("cross_entropy", {&logits}, loss,
                [rows, classes, probability, target = Saved(target)](const BackwardStep& step) {
                  step.kernels().cross_entropy_backward(step.context(), rows, classes, probability.real(),
                                                        target.int32(), step.output_gradient().real(),
                                                        step.gradient(0));
                });
}

// With q = (1 - s) onehot(target) + s / classes:  -sum q log p = (1 - s) (-log p_target) - s mean(log p)
Variable cross_entropy(const Variable& logits, const Tensor& target, Real smoothing) {
  require(smoothing >= 0 && smoothing <= 1, "cross_entropy takes a smoothing within 0 and 1, not {}",
          smoothing);
  const Variable loss = cross_entropy(logits, target);
  if (smoothing == 0) return loss;
  return (1 - smoothing) * loss - smoothing * mean(log_softmax(logits), -1);
}

Variable binary_cross_entropy(const Variable& logits, const Tensor& target) {
  const auto [kernels, context] = detail::place_of("binary_cross_entropy", {&logits});
  require(target && target.shape() == logits.shape(),
          "binary_cross_entropy takes logits and a target of one shape, not {} and {}", logits.shape().text(),
          target.shape().text());
  for (const Real t : target.values())
    require(t >= 0 && t <= 1, "binary_cross_entropy: the target {} is not from 0 to 1", t);
  Tensor loss = Tensor::like(logits.value);
  kernels.binary_cross_entropy_forward(context, loss.elements(), logits.value.real(), target.real(),
                                       loss.real());

  // saved: logits, target.   dlogit += dloss (sigmoid(logit) - target)
  return record("binary_cross_entropy", {&logits}, loss,
                [x = Saved(logits.value), target = Saved(target)](const BackwardStep& step) {
                  step.kernels().binary_cross_entropy_backward(step.context(), x.elements(), x.real(),
                                                               target.real(), step.output_gradient().real(),
                                                               step.gradient(0));
                });
}

namespace {
// The kernels use triplets as indices and rely on their order.
void check_triplets(const char* op, const Shape& d, const Tensor& triplets) {
  require(
      d.axes() == 2 && d[0] == d[1] && triplets && triplets.shape().axes() == 2 && triplets.shape()[1] == 3,
      "{} takes distances [n, n] and triplets [count, 3], not {} and {}", op, d.text(),
      triplets.shape().text());
  const Index n = d[0];
  std::int32_t anchor = 0;
  const std::vector<std::int32_t> rows = triplets.int32_values();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    require(rows[i] >= 0 && rows[i] < n, "{}: triplet {} names row {} of {} x {} distances", op, i / 3,
            rows[i], n, n);
    if (i % 3 != 0) continue;
    require(rows[i] >= anchor, "{}: triplets must be sorted by anchor, and number {} goes back to {}", op,
            i / 3, rows[i]);
    anchor = rows[i];
  }
}
}  // namespace

Variable triplet_loss(const Variable& distances, const Tensor& triplets, const TripletRule& rule) {
  const auto [kernels, context] = detail::place_of("triplet_loss", {&distances});
  check_triplets("triplet_loss", distances.shape(), triplets);
  const Index n = distances.shape()[0], count = triplets.shape()[0];
  Tensor loss(distances.device(), Shape{count});
  kernels.triplet_forward(context, rule, n, count, triplets.int32(), distances.value.real(), loss.real());

  // saved: d and the triplets.   Where the first term is above 0: dd(a,p) += dloss, dd(a,n) -= dloss;
  // where d(a,p) is above the ceiling: dd(a,p) += beta dloss
  return record(
      "triplet_loss", {&distances}, loss,
      [rule, n, count, triplets = Saved(triplets), d = Saved(distances.value)](const BackwardStep& step) {
        step.kernels().triplet_backward(step.context(), rule, n, count, triplets.int32(), d.real(),
                                        step.output_gradient().real(), step.gradient(0));
      });
}

Tensor active_triplets(const Tensor& distances, const Tensor& triplets, double margin) {
  check_triplets("active_triplets", distances.shape(), triplets);
  const Index n = distances.shape()[0], count = triplets.shape()[0];
  Tensor weight(distances.device(), Shape{count});
  distances.device().kernels().active_triplets(distances.device().context(), margin, n, count,
                                               triplets.int32(), distances.real(), weight.real());
  return weight;
}

Tensor chosen_triplets(const Tensor& distances, const Tensor& triplets, TripletChoice choice) {
  check_triplets("chosen_triplets", distances.shape(), triplets);
  const Index n = distances.shape()[0], count = triplets.shape()[0];
  Tensor weight(distances.device(), Shape{count});
  distances.device().kernels().chosen_triplets(distances.device().context(), choice, n, count,
                                               triplets.int32(), distances.real(), weight.real());
  return weight;
}

}  // namespace triptych
