#pragma once
#include <cmath>

namespace triptych {

// Eight matrices side by side: a vector type of the compiler, which splits it into the registers there are.
constexpr int lanes = 8;
using Lanes = double __attribute__((vector_size(lanes * sizeof(double))));

inline void square_root(const Lanes& a, Lanes& root) {
  for (int l = 0; l < lanes; ++l) root[l] = std::sqrt(a[l]);
}

// One Jacobi rotation: the angle that makes a_pq zero. With t the smaller tangent, which keeps the diagonal's
// order and the rounding small,
//     delta = (a_qq - a_pp) / 2,   t = a_pq sign(delta) / (|delta| + sqrt(delta^2 + a_pq^2)),
//     c = 1 / sqrt(1 + t^2),   s = t c:
// columns p and q of A and of V become c p - s q and s p + c q. Only A's upper triangle is kept.
template <int n>
void rotate(Lanes (&a)[n][n], Lanes (&v)[n][n], int p, int q) {
  const Lanes delta = (a[q][q] - a[p][p]) * 0.5, off = a[p][q];
  Lanes root;
  square_root(delta * delta + off * off, root);
  const Lanes size = delta < 0 ? -delta : delta;
  const Lanes t = (delta < 0 ? -off : off) / (size + root + 1e-300);  // 0 / 0 is no rotation
  square_root(t * t + 1, root);
  const Lanes c = 1 / root, s = t * c;

  const auto turn = [&c, &s](Lanes& x, Lanes& y) {
    const Lanes old = x;
    x = c * old - s * y;
    y = s * old + c * y;
  };
  a[p][p] -= t * off;
  a[q][q] += t * off;
  a[p][q] = Lanes{};
  for (int k = 0; k < p; ++k) turn(a[k][p], a[k][q]);
  for (int k = p + 1; k < q; ++k) turn(a[p][k], a[k][q]);
  for (int k = q + 1; k < n; ++k) turn(a[p][k], a[q][k]);
  for (int k = 0; k < n; ++k) turn(v[k][p], v[k][q]);
}

// A = V diag(A) V^T for eight symmetric n x n matrices at once, in place: eigenvalues on a's diagonal,
// eigenvectors in v's columns. Reads and writes a's upper triangle only. Sweeps over all pairs until no entry
// off the diagonal is above 1e-12 of the largest on it: convergence is quadratic, and all lanes run until the
// slowest has converged.
template <int n>
void diagonalise(Lanes (&a)[n][n], Lanes (&v)[n][n]) {
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) v[i][j] = Lanes{} + (i == j ? 1 : 0);
  for (int sweep = 0; sweep < 20; ++sweep) {
    Lanes largest{}, off{};
    for (int i = 0; i < n; ++i) {
      const Lanes square = a[i][i] * a[i][i];
      largest = square > largest ? square : largest;
      for (int j = i + 1; j < n; ++j) off += a[i][j] * a[i][j];
    }
    bool done = true;
    for (int l = 0; l < lanes; ++l) done = done && off[l] <= 1e-24 * largest[l];
    if (done) return;
    for (int p = 0; p < n - 1; ++p)
      for (int q = p + 1; q < n; ++q) rotate<n>(a, v, p, q);
  }
}

}  // namespace triptych
