#include "apps/bench/stopwatch.h"
#include "engine/random.h"
#include "reid/evaluation/ranking.h"

namespace triptych::bench {
namespace {

// The size of Market-1501's test, with made-up embeddings of 512 numbers: 3368 queries of 750 people by 6
// cameras among 19732 images, of which about one in seven shows somebody else.
constexpr Index queries = 3368, gallery = 19732, size = 512;
constexpr Index identities = 750, cameras = 6;
constexpr double distractors = 0.15;

Who random_identities(Random random, Index count, double unknown) {
  Who who;
  for (Index i = 0; i < count; ++i) {
    const auto identity = static_cast<std::int32_t>(random.integer(identities));
    who.identity.push_back(random.chance(unknown) ? -1 : identity);
    who.camera.push_back(static_cast<std::int32_t>(random.integer(cameras)));
  }
  return who;
}

}  // namespace

void measure_evaluation(const Settings& settings, const Device& device) {
  for (const int threads : {2, 1}) {
    const std::string name = "evaluate_market_" + std::to_string(threads) + "t";
    if (!wanted(settings, name)) continue;
    device.use_threads(threads);
    const std::vector<Real> asked = random_tensor(device, {queries, size}).values(),
                            known = random_tensor(device, {gallery, size}).values();
    const Who who_asks = random_identities(Random(1), queries, 0),
              who_is_known = random_identities(Random(2), gallery, distractors);
    const auto run = [&] { rank_rows(device, asked, who_asks, known, who_is_known, size); };
    print_time(name, time_of(run, threads, settings.seconds));
  }
}

}  // namespace triptych::bench
