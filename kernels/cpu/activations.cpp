// Activations over whole arrays, and dropout.
#include "kernels/context.h"
#include "kernels/cpu/activation.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"
#include "kernels/philox.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {

void activation_forward(Context& context, Activation activation, Index n, const float* x, float* y) {
  parallel_sweep(context, n,
                 [&](Index i, auto part) { part.put(y + i, activate(activation, part.get(x + i))); });
}

void activation_backward(Context& context, Activation activation, Index n, const float* x, const float* y,
                         const float* dy, float* dx) {
  if (!dx) return;
  parallel_sweep(context, n, [&](Index i, auto part) {
    Floats derivative;
    if (activation == Activation::gelu) {  // (x Phi(x))' = Phi(x) + x phi(x)
      const Floats v = part.get(x + i);
      const Normal p = normal(v);
      derivative = p.distribution + v * p.density;
    } else {
      derivative = slope(activation, part.get(y + i));
    }
    part.put(dx + i, part.get(dy + i) * derivative + part.get(dx + i));
  });
}

void softplus_forward(Context& context, Index n, const float* x, float* y) {
  parallel_sweep(context, n, [&](Index i, auto part) { part.put(y + i, softplus(part.get(x + i))); });
}

void softplus_backward(Context& context, Index n, const float* x, const float* dy, float* dx) {
  if (!dx) return;
  parallel_sweep(context, n, [&](Index i, auto part) {
    part.put(dx + i, part.get(dy + i) * sigmoid(part.get(x + i)) + part.get(dx + i));
  });
}

// Counter i / 4 gives the words of elements i .. i + 3. The threshold is compared as an integer: word / 2^32
// >= rate is exactly word >= ceil(rate 2^32).
void dropout_forward(Context& context, Index n, float rate, std::uint64_t seed, std::uint64_t stream,
                     const float* x, float* y, std::uint8_t* keep) {
  const double exact = static_cast<double>(rate) * 0x1p32;
  std::uint64_t threshold = static_cast<std::uint64_t>(exact);
  if (static_cast<double>(threshold) < exact) ++threshold;
  const float factor = static_cast<float>(1 / (1 - static_cast<double>(rate)));
  parallel_for(context, divide_up(n, piece), 8 * piece, [&](Index item) {
    const Index end = minimum((item + 1) * piece, n);
    for (Index i = item * piece; i < end; i += 4) {
      const Philox::Words words =
          Philox::generate({static_cast<std::uint32_t>(i / 4), 0, static_cast<std::uint32_t>(stream),
                            static_cast<std::uint32_t>(stream >> 32)},
                           seed);
      for (Index j = i; j < minimum(i + 4, end); ++j)
        keep[j] = words[static_cast<std::size_t>(j - i)] >= threshold;
    }
    sweep(item * piece, end, [&](Index i, auto part) {
      const Ints kept = part.get(keep + i);
      part.put(y + i, part.get(x + i) * (kept != 0 ? broadcast(factor) : Floats{}));
    });
  });
}

void dropout_backward(Context& context, Index n, float rate, const std::uint8_t* keep, const float* dy,
                      float* dx) {
  if (!dx) return;
  const float factor = static_cast<float>(1 / (1 - static_cast<double>(rate)));
  parallel_sweep(context, n, [&](Index i, auto part) {
    const Ints kept = part.get(keep + i);
    part.put(dx + i, part.get(dy + i) * (kept != 0 ? broadcast(factor) : Floats{}) + part.get(dx + i));
  });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
