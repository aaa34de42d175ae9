// A small GPT learns to sort: it reads six digits and writes them in order, one after another.
#include <algorithm>

#include "example.h"
using namespace triptych;

constexpr Index length = 6, steps = 2 * length - 1, width = 48, heads = 4, blocks = 2;

// x + attention(norm(x)), then x + mlp(norm(x)) (Radford et al. 2019)
Sequential block(const Device& device, Random random) {
  Sequential mlp(LayerNorm(device, width), Linear(device, random.split(1), width, 4 * width), gelu,
                 Linear(device, random.split(2), 4 * width, width));
  Sequential look(LayerNorm(device, width),
                  MultiHeadAttention(device, random.split(0), width, heads, /*causal*/ true));
  return Sequential(Residual(std::move(look)), Residual(std::move(mlp)));
}

struct Gpt : Module {
  Embedding& digits;
  Embedding& places;
  Sequential& body;
  Linear& guess;
  Tensor order;
  Gpt(const Device& device, Random random)
      : digits(add_layer("digits", Embedding(device, random.split(0), 10, width))),
        places(add_layer("places", Embedding(device, random.split(1), steps, width))),
        body(add_layer("body", Sequential())),
        guess(add_layer("guess", Linear(device, random.split(2), width, 10))) {
    for (Index i = 0; i < blocks; ++i) body.append(block(device, random.split(std::uint64_t(10 + i))));
    body.append(LayerNorm(device, width));
    std::vector<std::int32_t> count;
    for (std::int32_t i = 0; i < steps; ++i) count.push_back(i);
    order = Tensor::from(device, {steps}, count);
  }
  // sequences int32 [batch, steps] -> logits [batch, steps, 10] of what follows each digit
  Variable operator()(const Tensor& sequences, Tape* tape = nullptr) {
    return guess(body(digits(sequences, tape) + places(order, tape)));
  }
};

// `count` sequences [count, 2 length]: digits, and the same sorted.
std::vector<std::int32_t> sequences(Index count, Random& random) {
  std::vector<std::int32_t> all;
  for (Index i = 0; i < count; ++i) {
    for (Index j = 0; j < length; ++j) all.push_back(std::int32_t(random.integer(10)));
    std::vector<std::int32_t> sorted(all.end() - length, all.end());
    std::sort(sorted.begin(), sorted.end());
    all.insert(all.end(), sorted.begin(), sorted.end());
  }
  return all;
}

// What a model reads, all but the last, and what it must guess there: the sorted half.
struct Batch {
  Tensor read, follow;
  Batch(const Device& device, const std::vector<std::int32_t>& all, Index first, Index count) {
    std::vector<std::int32_t> now, next;
    for (Index i = first; i < first + count; ++i)
      for (Index t = 0; t < steps; ++t) {
        now.push_back(all[std::size_t(i * 2 * length + t)]);
        if (t >= length - 1) next.push_back(all[std::size_t(i * 2 * length + t + 1)]);
      }
    read = Tensor::from(device, {count, steps}, now), follow = Tensor::from(device, {count, length}, next);
  }
};

int main(int argc, char** argv) {
  Example example(argc, argv, 400);
  Device device = Device::open("cpu");
  constexpr Index batch = 32, tests = 200;
  Random draws(2);
  Gpt gpt(device, Random(1));
  const std::vector<std::int32_t> all = sequences(example.steps * batch, draws);
  const Tensor data = Tensor::from(device, {example.steps, batch, 2 * length}, all);
  example.train(gpt.parameters(), 0.001, {{"sequences", data}}, [&](Tape& tape, Index step) {
    const Batch now(device, all, step * batch, batch);
    return mean(cross_entropy(slice(gpt(now.read, &tape), 1, length - 1, length), now.follow));
  });
  const std::vector<std::int32_t> fresh = sequences(tests, draws);
  const Batch test(device, fresh, 0, tests);
  const std::vector<std::int32_t> written =
      argmax(slice(gpt(test.read), 1, length - 1, length).value, 2).int32_values();
  const std::vector<std::int32_t> wanted = test.follow.int32_values();
  Index right = 0;
  for (Index i = 0; i < tests; ++i)
    right += std::equal(wanted.begin() + i * length, wanted.begin() + (i + 1) * length,
                        written.begin() + i * length);
  std::printf("%lld of %lld new sequences sorted\n", (long long)right, (long long)tests);
}
