// Where the order of frames matters: people whose poses are known exactly, and who differ by their cadence
// alone. No network reads images here, so what is compared is the temporal tier.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdlib>

#include "datasets/synthetic/walk.h"
#include "engine/optimizer.h"
#include "reid/evaluation/ranking.h"
#include "reid/loss/losses.h"
#include "reid/temporal/temporal_tier.h"

using namespace triptych;

namespace cadence {

constexpr const char* device_name = "cpu";

constexpr Index people = 120, tested = 40, frames = 16, inputs = 16, width = 32;

// Knees, ankles, elbows and wrists beside the hips, from the side: 16 numbers of a pose.
static void add_pose(const synthetic::Skeleton& s, std::vector<Real>& out) {
  for (int side = 0; side < 2; ++side)
    for (const synthetic::Vec3& joint :
         {s.leg[side].knee, s.leg[side].ankle, s.arm[side].elbow, s.arm[side].wrist}) {
      out.push_back(static_cast<Real>(joint.z - s.pelvis.z));
      out.push_back(static_cast<Real>(joint.y - s.pelvis.y));
    }
}

// Sequences of these people, one each: [people frames, inputs]. `shot` decides where the walks begin.
static Tensor walks(const Device& device, std::uint64_t seed, Index first, Index count, Index length,
                    std::uint64_t shot) {
  std::vector<Real> rows;
  synthetic::Person body{};
  body.height = 1.7f, body.girth = body.shoulders = body.hips = 1;
  for (Index p = first; p < first + count; ++p) {
    synthetic::Habit habit;  // everybody's
    habit.cadence = synthetic::sample_habit(seed, p).cadence;
    Random start = Random(seed).split(shot).split(static_cast<std::uint64_t>(p));
    for (Index t = 0; t < length; ++t)
      add_pose(synthetic::walk(body, synthetic::gait_at(habit, t, 1, start)), rows);
  }
  return Tensor::from(device, {count * length, inputs}, std::span<const Real>(rows));
}

// Rank 1 and mAP in percent among the people tested, after training on the others.
static std::array<double, 2> result_of(Temporal kind, std::uint64_t seed, Index length) {
  const Device device = Device::open(device_name);
  Linear hidden(device, Random(seed).split(1), inputs, width);
  TemporalTier tier(device, Random(seed).split(2), kind, 1, width);
  ParameterList parameters;
  hidden.list("hidden", parameters);
  tier.list("temporal", parameters);
  const auto embed = [&](const Variable& x) { return l2_normalise(tier(relu(hidden(x)), length)); };
  Optimizer optimizer(parameters, {.rate = 5e-3});
  for (std::uint64_t step = 0; step < 400; ++step) {
    Tape tape;
    const Variable loss = cross_camera_softmax(
        concatenate({embed(tape.input(walks(device, seed, 0, people - tested, length, 2 * step + 10))),
                     embed(tape.input(walks(device, seed, 0, people - tested, length, 2 * step + 11)))},
                    0),
        0.05);
    clear_gradients(parameters);
    tape.backward(loss);
    clip_gradients(parameters, 5);
    optimizer.step();
  }
  Who who[2];
  for (std::int32_t p = 0; p < tested; ++p)
    for (int side = 0; side < 2; ++side) who[side].identity.push_back(p), who[side].camera.push_back(side);
  const auto rows = [&](std::uint64_t shot) {
    return embed(Variable(walks(device, seed, people - tested, tested, length, shot))).value.values();
  };
  const RankingResult ranks = rank_rows(device, rows(1), who[0], rows(2), who[1], width);
  return {ranks.cmc[0], ranks.map};
}

}  // namespace cadence

// Chance is 2.5 % at rank 1. CADENCE_SEEDS=5 compares all kinds on five seeds and says what they reach.
TEST_CASE("temporal tier: people who differ by their cadence alone are told apart by recurrence") {
  const char* asked = std::getenv("CADENCE_SEEDS");
  const std::uint64_t seeds = asked ? std::strtoull(asked, nullptr, 10) : 1;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto rnn = cadence::result_of(Temporal::rnn, seed, cadence::frames),
               mean = cadence::result_of(Temporal::mean, seed, cadence::frames);
    CHECK((asked || rnn[1] > mean[1] + 5));
    if (!asked) continue;
    const auto max = cadence::result_of(Temporal::max, seed, cadence::frames),
               attention = cadence::result_of(Temporal::attention, seed, cadence::frames),
               single = cadence::result_of(Temporal::mean, seed, 1);
    MESSAGE("seed ", seed, ": rank 1, mAP: rnn ", rnn[0], ", ", rnn[1], "; attention ", attention[0], ", ",
            attention[1], "; mean ", mean[0], ", ", mean[1], "; max ", max[0], ", ", max[1],
            "; a single frame ", single[0], ", ", single[1]);
  }
}
