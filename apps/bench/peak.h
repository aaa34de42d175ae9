#pragma once

namespace triptych::bench {

// Multiply-adds that wait for nothing but each other, in the widest registers of this processor: the roof
// under which every figure stands. A run does `work` floating-point operations on each of its threads.
struct MultiplyAdds {
  void (*run)(int threads);
  double work;
};
MultiplyAdds fastest_multiply_adds();

}  // namespace triptych::bench
