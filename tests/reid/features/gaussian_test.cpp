#include "reid/features/gaussian.h"

#include <cmath>

#include "tests/reid/features/helpers.h"

using namespace triptych;
using namespace triptych::testing;
using doctest::Approx;

TEST_CASE("the embedding of Gaussians whose logarithm is known") {
  // N(0, I): P = I, log P = 0.
  std::vector<float> half(6, 9);
  embed_gaussian(std::vector<double>{0, 0}, std::vector<double>{1, 0, 0, 1}, half);
  for (const float v : half) CHECK(v == Approx(0));
  // N(0, diag(a, b)): P = (a b)^(-1/3) diag(a, b, 1).
  embed_gaussian(std::vector<double>{0, 0}, std::vector<double>{4, 0, 0, 0.5}, half);
  const double mean = std::log(4 * 0.5) / 3;
  CHECK(half[0] == Approx(std::log(4.0) - mean));
  CHECK(half[1] == Approx(0));
  CHECK(half[3] == Approx(std::log(0.5) - mean));
  CHECK(half[5] == Approx(-mean));
}

TEST_CASE("one dimension, worked out: mu = 1, S = 1") {
  // P = [2 1; 1 1], eigenvalues (3 +- sqrt 5) / 2 = g^2, g^-2 with the golden ratio g; det P = 1.
  // log P = log(g^2) (v v^T - w w^T), v = (g, 1) / sqrt(1 + g^2), w = (-1, g) / sqrt(1 + g^2).
  const double g = (1 + std::sqrt(5.0)) / 2, log = 2 * std::log(g), norm = 1 + g * g;
  std::vector<float> half(3);
  embed_gaussian(std::vector<double>{1}, std::vector<double>{1}, half);
  CHECK(half[0] == Approx(log * (g * g - 1) / norm));
  CHECK(half[1] == Approx(std::sqrt(2.0) * log * 2 * g / norm));
  CHECK(half[2] == Approx(log * (1 - g * g) / norm));
  // The half vector's length is the Frobenius norm: sqrt(2) log(g^2).
  CHECK(std::hypot(half[0], half[1], half[2]) == Approx(std::sqrt(2.0) * log));
}

TEST_CASE("det P = 1: the trace of log P is 0") {
  Random random(1);
  std::vector<double> mean(8), a(64), covariance(64, 0);
  for (double& v : mean) v = random.normal();
  for (double& v : a) v = random.normal();
  for (std::size_t i = 0; i < 8; ++i)
    for (std::size_t j = 0; j < 8; ++j)
      for (std::size_t k = 0; k < 8; ++k) covariance[i * 8 + j] += a[i * 8 + k] * a[j * 8 + k];
  std::vector<float> half(45);
  embed_gaussian(mean, covariance, half);
  double trace = 0;
  for (std::size_t i = 0, at = 0; i < 9; at += 9 - i, ++i) trace += half[at];
  CHECK(std::abs(trace) < 1e-4);
}

TEST_CASE("the lanes agree with the general embedding, for any count and near singular covariances") {
  for (const Index d : {7, 8})
    for (const Index count : {1, 8, 13}) {
      Random random(static_cast<std::uint64_t>(d * 100 + count));
      const Index parts = half_vector_size(d), size = half_vector_size(d + 1);
      std::vector<double> means(static_cast<std::size_t>(d * count));
      std::vector<double> covariances(static_cast<std::size_t>(parts * count));
      std::vector<std::vector<double>> mean, covariance;
      for (Index n = 0; n < count; ++n) {
        std::vector<double> m, s(static_cast<std::size_t>(d * d), 0);
        for (Index i = 0; i < d; ++i) m.push_back(random.normal());
        for (Index i = 0; i < d; ++i) s[static_cast<std::size_t>(i * d + i)] = 1e-5;
        for (Index k = 0; k < 3; ++k) {  // rank 3, and a little on the diagonal
          std::vector<double> a;
          for (Index i = 0; i < d; ++i) a.push_back(0.3 * random.normal());
          for (Index i = 0; i < d; ++i)
            for (Index j = 0; j < d; ++j)
              s[static_cast<std::size_t>(i * d + j)] +=
                  a[static_cast<std::size_t>(i)] * a[static_cast<std::size_t>(j)];
        }
        for (Index i = 0; i < d; ++i)
          means[static_cast<std::size_t>(i * count + n)] = m[static_cast<std::size_t>(i)];
        for (Index i = 0, at = 0; i < d; ++i)
          for (Index j = i; j < d; ++j, ++at)
            covariances[static_cast<std::size_t>(at * count + n)] = s[static_cast<std::size_t>(i * d + j)];
        mean.push_back(m), covariance.push_back(s);
      }
      std::vector<float> fast(static_cast<std::size_t>(count * size)), slow(static_cast<std::size_t>(size));
      embed_gaussians(d, count, means.data(), covariances.data(), fast.data());
      for (Index n = 0; n < count; ++n) {
        embed_gaussian(mean[static_cast<std::size_t>(n)], covariance[static_cast<std::size_t>(n)], slow);
        for (Index i = 0; i < size; ++i)
          CHECK(std::abs(fast[static_cast<std::size_t>(n * size + i)] - slow[static_cast<std::size_t>(i)]) <
                1e-5);
      }
    }
}

TEST_CASE("Gaussians without an embedding are an error") {
  std::vector<float> half(3);
  CHECK(contains(complaint([&] { embed_gaussian(std::vector<double>{0}, std::vector<double>{-1}, half); }),
                 "not positive definite"));
  CHECK(contains(complaint([&] { embed_gaussians(5, 1, nullptr, nullptr, nullptr); }), "5 dimensions"));
}
