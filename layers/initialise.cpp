#include "layers/initialise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "engine/error.h"

namespace triptych {
namespace {

struct Named {
  Init scheme;
  const char* name;
};
constexpr std::array<Named, 10> names = {{
    {Init::zeros, "zeros"},
    {Init::constant, "constant"},
    {Init::uniform, "uniform"},
    {Init::normal, "normal"},
    {Init::xavier_uniform, "xavier_uniform"},
    {Init::xavier_normal, "xavier_normal"},
    {Init::kaiming_uniform, "kaiming_uniform"},
    {Init::kaiming_normal, "kaiming_normal"},
    {Init::orthogonal, "orthogonal"},
    {Init::identity, "identity"},
}};

thread_local bool drawing = true;
thread_local Index weight_budget = 0;  // while not drawing

// A block of the weight as a matrix [rows, columns]: all axes but the last, times the last axis (a part of it
// with blocks).
struct Matrix {
  Index rows, columns;
  std::vector<double> values;
  Matrix(Index m, Index n) : rows(m), columns(n), values(static_cast<std::size_t>(m * n)) {}
  double& operator()(Index i, Index j) { return values[static_cast<std::size_t>(i * columns + j)]; }
};

double dot_columns(Matrix& q, Index a, Index b) {
  double sum = 0;
  for (Index i = 0; i < q.rows; ++i) sum += q(i, a) * q(i, b);
  return sum;
}

// Columns of Gaussian values, each orthogonalised against the previous ones (modified Gram-Schmidt) and
// normalised to length 1: the Q of a QR decomposition with a positive diagonal of R, so Q is uniformly
// distributed over the orthogonal matrices. A second pass removes rounding errors. Needs rows >= columns.
Matrix orthonormal_columns(Index rows, Index columns, Random& random) {
  Matrix q(rows, columns);
  for (double& value : q.values) value = random.normal();
  for (Index j = 0; j < columns; ++j) {
    for (int pass = 0; pass < 2; ++pass)
      for (Index k = 0; k < j; ++k) {
        const double projection = dot_columns(q, k, j);
        for (Index i = 0; i < rows; ++i) q(i, j) -= projection * q(i, k);
      }
    const double norm = std::sqrt(dot_columns(q, j, j));
    for (Index i = 0; i < rows; ++i) q(i, j) /= norm;
  }
  return q;
}

void fill_orthogonal(Matrix& w, double scale, Random& random) {
  const bool wide = w.columns > w.rows;  // then the rows are orthonormal: the transpose of the tall case
  Matrix q = orthonormal_columns(wide ? w.columns : w.rows, wide ? w.rows : w.columns, random);
  for (Index i = 0; i < w.rows; ++i)
    for (Index j = 0; j < w.columns; ++j) w(i, j) = scale * (wide ? q(j, i) : q(i, j));
}

void fill_uniform(Matrix& w, double bound, Random& random) {
  for (double& value : w.values) value = random.uniform(-bound, bound);
}

void fill_normal(Matrix& w, double deviation, Random& random) {
  for (double& value : w.values) value = deviation * random.normal();
}

// `field` is the receptive field: for [kh, kw, in, out] it is kh * kw, for [in, out] it is 1.
void fill_block(Matrix& w, Index field, const InitRule& rule, Random& random) {
  const double fan_in = static_cast<double>(w.rows), fan_out = static_cast<double>(field * w.columns);
  const double xavier = rule.scale * std::sqrt(2 / (fan_in + fan_out));
  const double kaiming = rule.scale * std::sqrt(1 / fan_in);
  const double widen = std::numbers::sqrt3;  // U(-b, b) has variance b^2 / 3
  switch (rule.scheme) {
    case Init::zeros:
      return;
    case Init::constant:
      w.values.assign(w.values.size(), rule.scale);
      return;
    case Init::uniform:
      return fill_uniform(w, rule.scale, random);
    case Init::normal:
      return fill_normal(w, rule.scale, random);
    case Init::xavier_uniform:
      return fill_uniform(w, widen * xavier, random);
    case Init::xavier_normal:
      return fill_normal(w, xavier, random);
    case Init::kaiming_uniform:
      return fill_uniform(w, widen * kaiming, random);
    case Init::kaiming_normal:
      return fill_normal(w, kaiming, random);
    case Init::orthogonal:
      return fill_orthogonal(w, rule.scale, random);
    case Init::identity:
      for (Index i = 0; i < std::min(w.rows, w.columns); ++i) w(i, i) = rule.scale;
  }
}

void check(const Shape& shape, const InitRule& rule, Index blocks) {
  const bool needs_matrix = rule.scheme >= Init::xavier_uniform;
  require(shape.axes() >= (needs_matrix ? 2 : 1),
          "initialise: {} needs a weight [..., in, out], not one of shape {}", name_of(rule.scheme),
          shape.text());
  require(rule.scheme != Init::identity || shape.axes() == 2,
          "initialise: identity needs a matrix, not a weight of shape {}", shape.text());
  require(blocks >= 1 && shape.last() % blocks == 0,
          "initialise: the last axis of {} does not divide into {} blocks", shape.text(), blocks);
}

}  // namespace

double gain_of(Activation activation) {
  switch (activation) {
    case Activation::relu:
    case Activation::gelu:
      return std::numbers::sqrt2;
    case Activation::tanh:
      return 5.0 / 3.0;
    case Activation::identity:
    case Activation::sigmoid:
      break;
  }
  return 1;
}

Init init_from_name(const std::string& name) {
  std::string known;
  for (const Named& entry : names) {
    if (name == entry.name) return entry.scheme;
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  fail("unknown initialisation '{}': choose one of {}", name, known);
}

const char* name_of(Init scheme) {
  for (const Named& entry : names)
    if (entry.scheme == scheme) return entry.name;
  return "unknown";
}

Tensor initialise(const Device& device, const Shape& shape, const InitRule& rule, Random random,
                  Index blocks) {
  check(shape, rule, blocks);
  if (!drawing) {
    require(shape.elements() <= weight_budget,
            "the options describe a network with more weights than there are");
    weight_budget -= shape.elements();
    return Tensor::zeros(device, shape);
  }
  const Index columns = shape.last(), rows = shape.elements() / columns, width = columns / blocks;
  const Index field = shape.axes() >= 2 ? rows / shape[shape.axes() - 2] : 1;
  std::vector<Real> values(static_cast<std::size_t>(rows * columns));
  for (Index block = 0; block < blocks; ++block) {
    Matrix w(rows, width);
    fill_block(w, field, rule, random);
    for (Index i = 0; i < rows; ++i)
      for (Index j = 0; j < width; ++j)
        values[static_cast<std::size_t>(i * columns + block * width + j)] = static_cast<Real>(w(i, j));
  }
  return Tensor::from(device, shape, values);
}

WithoutDrawing::WithoutDrawing(Index most_weights) : before_(drawing), budget_before_(weight_budget) {
  drawing = false;
  weight_budget = most_weights;
}

WithoutDrawing::~WithoutDrawing() {
  drawing = before_;
  weight_budget = budget_before_;
}

}  // namespace triptych
