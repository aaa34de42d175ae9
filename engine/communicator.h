#pragma once
#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/real.h"

namespace triptych {

// What is exchanged, for the counts of bytes.
enum class Traffic {
  statistics,  // partial sums of batch norms, forward and backward
  gradients,   // partial sums of the gradients of filters, and their sums
  features,    // the feature maps of the images of a batch
  embeddings,  // of images in E steps and tests
  control      // decisions that all processes take together
};
inline constexpr std::size_t traffic_kinds = 5;
inline constexpr std::array<const char*, traffic_kinds> traffic_names = {
    "batch statistics", "gradients", "feature maps", "embeddings", "control"};

// The processes ("ranks") that compute together. Every rank makes the same calls in the same order. Bytes are
// only moved, never added: the order of a sum is the caller's, and so the number of ranks changes no bit of a
// result. One thread uses it.
class Communicator {
 public:
  virtual ~Communicator() = default;
  Communicator() = default;
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  virtual Index rank() const = 0;
  virtual Index ranks() const = 0;
  bool leads() const { return rank() == 0; }

  // data [starts.back()] bytes, of which rank r has written those from starts[r] on, before starts[r + 1];
  // afterwards every rank has all. starts [ranks + 1].
  void all_gather(Traffic kind, void* data, std::span<const Index> starts);
  // Rank r receives in `to` [ranks][...], from each rank s, the bytes that s has in from[sends[r] ...
  // sends[r + 1]); receives [ranks + 1]: where those of each rank go. Sizes must agree.
  void exchange(Traffic kind, const void* from, std::span<const Index> sends, void* to,
                std::span<const Index> receives);

  // The first rank's bytes on every rank, all of one length.
  void broadcast(void* data, Index bytes);
  std::string broadcast(const std::string& text);            // the first rank's, of any length
  std::vector<std::string> gather(const std::string& text);  // every rank's, in their order
  bool any(bool mine);                                       // is it true on some rank?
  void barrier() { any(false); }

  // Bytes that this rank received from others since the start, by kind.
  const std::array<double, traffic_kinds>& received() const { return received_; }
  // Adds bytes that this rank received in another way (engine/nccl/nccl.cpp).
  void count(Traffic kind, double bytes) { received_[static_cast<std::size_t>(kind)] += bytes; }

 private:
  virtual void do_all_gather(void* data, std::span<const Index> starts) = 0;
  virtual void do_exchange(const void* from, std::span<const Index> sends, void* to,
                           std::span<const Index> receives) = 0;

  std::array<double, traffic_kinds> received_{};
};

// The share of rank r of `count` items: [r * count / ranks, (r + 1) * count / ranks).
inline Index first_of_rank(Index count, Index rank, Index ranks) {
  return rank * count / ranks;
}

// One process that is all ranks, to plan what several would exchange.
class OneRank final : public Communicator {
 public:
  Index rank() const override { return 0; }
  Index ranks() const override { return 1; }

 private:
  void do_all_gather(void*, std::span<const Index>) override {}
  void do_exchange(const void* from, std::span<const Index> sends, void* to,
                   std::span<const Index> receives) override;
};

// Ranks that are threads of one process, for tests and measurements: body(communicator) runs on each. An
// exception of one rank ends the others' exchanges with an Error and is thrown by this function.
void run_as_ranks(Index ranks, const std::function<void(Communicator&)>& body);

}  // namespace triptych
