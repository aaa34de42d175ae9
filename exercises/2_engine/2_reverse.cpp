// 2.2 Backward is one loop
//
// A tape of plain numbers: step i is an input, or the sum or product of two earlier steps. The last one is L.
// Return dL/dx_i for every step i, inputs or not:
//
//   dx_i = sum over the steps j that read x_i of dx_j * (dx_j / dx_i)            and dL/dL = 1
//
// Creation order is a topological order, so one loop from the back sees every j before its i. Mind the sum: a
// step may be read twice, even by the same step (b = a + a).
#include "exercises/exercises.h"

namespace triptych {

std::vector<double> cotangents(const std::vector<Step>& tape) {
  std::vector<double> dx(tape.size(), 0.0);
  dx.back() = 1;
  // your code: a loop that ends at step 0
  return dx;
}

}  // namespace triptych
