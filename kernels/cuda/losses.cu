// Binary cross-entropy and the triplet loss.
#include "kernels/cuda/activation.cuh"
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/reduce.cuh"
#include "kernels/triplet_choice.h"

namespace triptych::cuda {

// loss = max(x, 0) - x target + log(1 + exp(-|x|)) = softplus(x) - x target
__global__ void binary_cross_entropy_forward_kernel(Index n, const float* logit, const float* target,
                                                    float* loss) {
  for (Index i = first_element(); i < n; i += all_threads())
    loss[i] = softplus(logit[i]) - logit[i] * target[i];
}

void binary_cross_entropy_forward(Context& context, Index n, const float* logit, const float* target,
                                  float* loss) {
  start_elements(context, "binary_cross_entropy_forward", binary_cross_entropy_forward_kernel, n, logit,
                 target, loss);
}

__global__ void binary_cross_entropy_backward_kernel(Index n, const float* logit, const float* target,
                                                     const float* dloss, float* dlogit) {
  for (Index i = first_element(); i < n; i += all_threads())
    dlogit[i] += dloss[i] * (sigmoid(logit[i]) - target[i]);
}

void binary_cross_entropy_backward(Context& context, Index n, const float* logit, const float* target,
                                   const float* dloss, float* dlogit) {
  if (dlogit)
    start_elements(context, "binary_cross_entropy_backward", binary_cross_entropy_backward_kernel, n, logit,
                   target, dloss, dlogit);
}

// ---- triplets ---------------------------------------------------------------------------------------------

struct Triplet {
  int anchor, positive, negative;
};
__device__ inline Triplet triplet_at(const std::int32_t* triplets, int t) {
  return {triplets[3 * t], triplets[3 * t + 1], triplets[3 * t + 2]};
}

// hinge: max(0, gap + margin) + beta max(0, d_ap - ceiling), gap = d_ap - d_an
// soft margin: log(1 + exp(gap)) + beta max(0, d_ap - ceiling)
__global__ void triplet_forward_kernel(int count, TripletRule rule, int n, const std::int32_t* triplets,
                                       const float* d, float* loss) {
  for (Index i = first_element(); i < count; i += all_threads()) {
    const Triplet t = triplet_at(triplets, static_cast<int>(i));
    const float d_ap = d[Index(t.anchor) * n + t.positive], gap = d_ap - d[Index(t.anchor) * n + t.negative];
    const float push = rule.soft_margin ? softplus(gap) : relu(gap + rule.margin);
    loss[i] = push + rule.beta * relu(d_ap - rule.ceiling);
  }
}

void triplet_forward(Context& context, const TripletRule& rule, Index n, Index count,
                     const std::int32_t* triplets, const float* d, float* loss) {
  start_elements(context, "triplet_forward", triplet_forward_kernel, count, rule, n, triplets, d, loss);
}

// One block: it counts the active triplets, then everybody knows by what to divide.
inline constexpr int active_threads = 1024;
__global__ void __launch_bounds__(active_threads)
    active_triplets_kernel(double margin, int count, int n, const std::int32_t* triplets, const float* d,
                           float* weight) {
  __shared__ int lanes[active_threads];
  __shared__ float share;
  int own = 0;
  for (int i = static_cast<int>(threadIdx.x); i < count; i += active_threads) {
    const Triplet t = triplet_at(triplets, i);
    const double d_ap = static_cast<double>(d[Index(t.anchor) * n + t.positive]);
    const double d_an = static_cast<double>(d[Index(t.anchor) * n + t.negative]);
    const bool active = d_ap - d_an + margin > 0;
    weight[i] = active ? 1.0f : 0.0f;
    own += active;
  }
  const int active = block_sum(lanes, own);
  if (threadIdx.x == 0) share = active > 0 ? 1 / static_cast<float>(active) : 0.0f;
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < count; i += active_threads) weight[i] *= share;
}

void active_triplets(Context& context, double margin, Index n, Index count, const std::int32_t* triplets,
                     const float* d, float* weight) {
  if (count > 0)
    start(context, "active_triplets", active_triplets_kernel, dim3(1), dim3(active_threads), margin, count, n,
          triplets, d, weight);
}

// The first triplet whose anchor is not before `anchor`; triplets are sorted by anchor.
__device__ inline int first_triplet(const std::int32_t* triplets, int count, int anchor) {
  int low = 0, high = count;
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (triplets[3 * middle] < anchor)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// One thread per triplet compares it with all others of its anchor.
__global__ void chosen_triplets_kernel(int count, TripletChoice choice, int n, const std::int32_t* triplets,
                                       const float* d, float* weight) {
  for (Index i = first_element(); i < count; i += all_threads()) {
    const Triplet t = triplet_at(triplets, static_cast<int>(i));
    bool chosen = true;
    for (int at = first_triplet(triplets, count, t.anchor);
         chosen && at < count && triplets[3 * at] == t.anchor; ++at) {
      const Triplet other = triplet_at(triplets, at);
      chosen =
          !displaces(choice, d + Index(t.anchor) * n, t.positive, t.negative, other.positive, other.negative);
    }
    weight[i] = chosen ? 1.0f : 0.0f;
  }
}

void chosen_triplets(Context& context, TripletChoice choice, Index n, Index count,
                     const std::int32_t* triplets, const float* d, float* weight) {
  start_elements(context, "chosen_triplets", chosen_triplets_kernel, count, choice, n, triplets, d, weight);
}

// One thread per distance dd[anchor, other] reads the anchor's triplets and adds those in which `other` is
// the positive or the negative: more reads than one thread per triplet with atomic additions, but always in
// the same order.
__global__ void triplet_backward_kernel(int elements, TripletRule rule, int n, int count,
                                        const std::int32_t* triplets, const float* d, const float* dloss,
                                        float* dd) {
  for (Index i = first_element(); i < elements; i += all_threads()) {
    const int anchor = static_cast<int>(i) / n, other = static_cast<int>(i) % n;
    float sum = 0;
    for (int at = first_triplet(triplets, count, anchor); at < count && triplets[3 * at] == anchor; ++at) {
      const Triplet t = triplet_at(triplets, at);
      if (t.positive != other && t.negative != other) continue;
      const float d_ap = d[Index(anchor) * n + t.positive], gap = d_ap - d[Index(anchor) * n + t.negative];
      const float push = rule.soft_margin ? sigmoid(gap) : gap + rule.margin > 0 ? 1.0f : 0.0f;
      const float pull = d_ap > rule.ceiling ? rule.beta : 0.0f;
      if (t.positive == other) sum += dloss[at] * (push + pull);
      if (t.negative == other) sum -= dloss[at] * push;
    }
    dd[i] += sum;
  }
}

void triplet_backward(Context& context, const TripletRule& rule, Index n, Index count,
                      const std::int32_t* triplets, const float* d, const float* dloss, float* dd) {
  if (dd && count > 0)
    start_elements(context, "triplet_backward", triplet_backward_kernel, n * n, rule, n, count, triplets, d,
                   dloss, dd);
}

}  // namespace triptych::cuda
