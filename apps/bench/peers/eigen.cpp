// Eigen's matrix product on the shapes of apps/bench/gemm.cpp, row-major. Eigen is compiled for one
// instruction set, so this is too:
//
//     g++ -std=c++17 -O3 -march=native -DNDEBUG -fopenmp -I. -I/usr/include/eigen3 \
//       apps/bench/peers/eigen.cpp -o eigen && ./eigen --only 'gemm_256.*_1t'
#include <Eigen/Core>

#include "apps/bench/peers/timing.h"

namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Product {
  Eigen::Index m, n, k;
  bool transposed_a = false, transposed_b = false;  // stored as [k, m], [n, k]
};
constexpr Product products[] = {{256, 256, 256},
                                {512, 512, 512},
                                {1024, 1024, 1024},
                                {2048, 2048, 2048},
                                {16, 19950, 75},
                                {32, 20000, 75},
                                {32, 4935, 400},
                                {64, 2500, 576},
                                {64, 1196, 800},
                                {128, 2500, 1152},
                                {128, 20000, 1152},
                                {400, 4935, 32, true},
                                {32, 400, 4935, false, true},
                                {2496, 128, 704, false, true},
                                {96, 128, 128, false, true}};

}  // namespace

int main(int count, char** arguments) {
  const Asked asked(count, arguments);
  for (const int threads : {2, 1})
    for (const Product& p : products) {
      const std::string name = "gemm_" + std::to_string(p.m) + "x" + std::to_string(p.n) + "x" +
                               std::to_string(p.k) + "_" + std::to_string(threads) + "t";
      if (!asked.wants(name)) continue;
      Eigen::setNbThreads(threads);
      const Matrix a = p.transposed_a ? Matrix::Random(p.k, p.m) : Matrix::Random(p.m, p.k);
      const Matrix b = p.transposed_b ? Matrix::Random(p.n, p.k) : Matrix::Random(p.k, p.n);
      Matrix c(p.m, p.n);
      const double seconds = median_seconds("eigen_" + name, threads, asked.seconds, [&] {
        if (p.transposed_a)
          c.noalias() = a.transpose() * b;
        else if (p.transposed_b)
          c.noalias() = a * b.transpose();
        else
          c.noalias() = a * b;
      });
      const double operations =
          2.0 * static_cast<double>(p.m) * static_cast<double>(p.n) * static_cast<double>(p.k);
      if (seconds > 0) print_figure("eigen_" + name, 1e-9 * operations / seconds, "GFLOP/s");
    }
}
