#include "reid/report/pca.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/error.h"
#include "engine/ops.h"

namespace triptych {
namespace {

std::vector<Real> centred(std::span<const Real> rows, Index n) {
  const auto count = static_cast<std::size_t>(n), size = rows.size() / count;
  std::vector<Real> result(rows.begin(), rows.end());
  for (std::size_t j = 0; j < size; ++j) {
    double mean = 0;
    for (std::size_t i = 0; i < count; ++i) mean += static_cast<double>(rows[i * size + j]);
    mean /= static_cast<double>(n);
    for (std::size_t i = 0; i < count; ++i) result[i * size + j] -= static_cast<Real>(mean);
  }
  return result;
}

// Power iteration: x <- G x / |G x| converges to the eigenvector of the largest eigenvalue, which is
// returned.
double leading_eigenvector(std::span<const double> g, std::vector<double>& x) {
  constexpr int most_rounds = 500;
  const std::size_t n = x.size();
  double eigenvalue = 0;
  for (int round = 0; round < most_rounds; ++round) {
    std::vector<double> y(n);
    for (std::size_t i = 0; i < n; ++i)
      y[i] = std::inner_product(x.begin(), x.end(), g.begin() + static_cast<std::ptrdiff_t>(i * n), 0.0);
    const double norm = std::sqrt(std::inner_product(y.begin(), y.end(), y.begin(), 0.0));
    if (norm < 1e-12) return 0;  // all points are in one place
    for (double& value : y) value /= norm;
    const bool settled = std::abs(norm - eigenvalue) < 1e-12 * norm;
    x = y, eigenvalue = norm;
    if (settled) break;
  }
  return eigenvalue;
}

}  // namespace

PrincipalPlane principal_plane(const Device& device, std::span<const Real> rows, Index n) {
  require(n >= 2 && rows.size() % static_cast<std::size_t>(n) == 0,
          "principal components need two rows or more of one size, not {} numbers in {} rows", rows.size(),
          n);
  const std::vector<Real> values = centred(rows, n);
  const Variable x =
      Tensor::from(device, {n, static_cast<Index>(values.size()) / n}, std::span<const Real>(values));
  const std::vector<Real> products = matmul(x, transpose(x)).value.values();
  std::vector<double> gram(products.begin(), products.end());
  const auto count = static_cast<std::size_t>(n);
  double whole = 0;
  for (std::size_t i = 0; i < count; ++i) whole += gram[i * count + i];

  PrincipalPlane plane;
  plane.places.resize(2 * count);
  for (std::size_t axis = 0; axis < 2; ++axis) {
    std::vector<double> u(count);
    for (std::size_t i = 0; i < count; ++i) u[i] = 1.0 + 0.5 * std::sin(static_cast<double>(i * (axis + 1)));
    const double eigenvalue = leading_eigenvector(gram, u);
    const double furthest = *std::ranges::max_element(u, {}, [](double value) { return std::abs(value); });
    const double sign = furthest < 0 ? -1 : 1;
    for (std::size_t i = 0; i < count; ++i) {
      plane.places[2 * i + axis] = sign * u[i] * std::sqrt(eigenvalue);
      for (std::size_t j = 0; j < count; ++j)
        gram[i * count + j] -= eigenvalue * u[i] * u[j];  // the next one is the first of the rest
    }
    plane.explained[axis] = whole > 0 ? eigenvalue / whole : 0;
  }
  return plane;
}

}  // namespace triptych
