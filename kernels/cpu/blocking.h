#pragma once
#include "kernels/real.h"

namespace triptych::cpu {

// The blocking parameters of GEMM by their names in the BLIS papers: a tile of C is mr x nr, a block of A
// mc x kc, a panel of B kc x nr; a thread computes mc x nc of C at a time. README.md: which cache keeps what.
struct Blocking {
  Index mc, kc, nc, mr, nr;
};
// Those of a product whose sums have k terms, on this processor and with the instruction set of kernels().
Blocking blocking(Index k);

}  // namespace triptych::cpu
