// 6.3 A sum over fifty thousand pairs without visiting them
//
// Camera A saw the rows x_1 .. x_n, camera B the rows y_1 .. y_m. A metric wants the sum over all pairs, one
// of each camera,
//
//   sum over i, j of (x_i - y_j)(x_i - y_j)^T
//
// which would be n m outer products. Three sums for each camera are enough: the number of rows, their
// sum s, and the sum `gram` of x x^T. Multiply the product out, sum each of the four
// terms over i and j, and return the matrix. (No loop over pairs is possible here; that is the point.)
#include "exercises/exercises.h"

namespace triptych {

Matrix2 pairs_across(const Summed& a, const Summed& b) {
  return {};  // your code
}

}  // namespace triptych
