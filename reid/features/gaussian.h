#pragma once
#include <span>

#include "kernels/real.h"

namespace triptych {

// Gaussians as points of a vector space, so that a mean or a covariance *of Gaussians* is defined (GOG,
// Matsukawa et al. 2016). The Gaussian N(mu, S) in d dimensions becomes the symmetric positive definite
// matrix of d + 1
//
//     P = det(S)^(-1 / (d + 1)) [ S + mu mu^T   mu ]         det(P) = 1        (Lovric, Min-Oo, Ruh 2000)
//                               [ mu^T          1  ]
//
// and log(P), a symmetric matrix without constraints, is read row by row from the diagonal on, entries off
// the diagonal times sqrt(2): the half vector's Euclidean length is then log(P)'s Frobenius norm.
constexpr Index half_vector_size(Index n) {
  return n * (n + 1) / 2;
}

// mean: [d]. covariance: [d, d], symmetric and positive definite. half_vector: [(d + 1)(d + 2) / 2].
void embed_gaussian(std::span<const double> mean, std::span<const double> covariance,
                    std::span<float> half_vector);

// The same for many small Gaussians, eight at a time in the lanes of vector registers. d is 7 or 8.
//   means        [d, count]: component i of all Gaussians in a row
//   covariances  [d (d + 1) / 2, count]: entry (i, j), j >= i, of all Gaussians in a row
//   half_vectors [count, (d + 1)(d + 2) / 2]
void embed_gaussians(Index d, Index count, const double* means, const double* covariances,
                     float* half_vectors);

}  // namespace triptych
