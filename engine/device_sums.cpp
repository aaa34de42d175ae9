#include "engine/device_sums.h"

#include "kernels/kernels.h"

namespace triptych {
namespace {

constexpr auto size_of_real = static_cast<Index>(sizeof(Real));

class HostSums final : public DeviceSums {
 public:
  explicit HostSums(std::shared_ptr<Communicator> ranks) : ranks_(std::move(ranks)) {}

  std::string name() const override { return "MPI, through the host's memory"; }

  // Rank r adds up a share of the elements of all ranks, and the shares are gathered: each rank receives 2 n
  // (1 - 1 / ranks) elements. To gather the arrays would send as many times more as there are ranks.
  void add_up(Traffic kind, const Device& device, Real* x, Index n) override {
    const Index ranks = ranks_->ranks(), rank = ranks_->rank();
    const auto share = [&](Index r) { return first_of_rank(n, r, ranks); };
    const Index mine = share(rank + 1) - share(rank);
    values_.resize(static_cast<std::size_t>(n));
    received_.resize(static_cast<std::size_t>(ranks * mine));
    std::vector<Index> sends, receives;
    for (Index r = 0; r <= ranks; ++r) {
      sends.push_back(share(r) * size_of_real);
      receives.push_back(r * mine * size_of_real);
    }
    copy_out(device, x, n);
    ranks_->exchange(kind, values_.data(), sends, received_.data(), receives);
    Real* sum = values_.data() + share(rank);
    for (Index i = 0; i < mine; ++i) {
      sum[i] = received_[static_cast<std::size_t>(i)];
      for (Index r = 1; r < ranks; ++r) sum[i] += received_[static_cast<std::size_t>(r * mine + i)];
    }
    ranks_->all_gather(kind, values_.data(), sends);
    copy_in(device, x, n);
  }

  void all_gather(Traffic kind, const Device& device, Real* x, std::span<const Index> starts) override {
    const Index rank = ranks_->rank(), n = starts.back();
    const Index first = starts[static_cast<std::size_t>(rank)],
                end = starts[static_cast<std::size_t>(rank) + 1];
    std::vector<Index> bytes;
    for (const Index start : starts) bytes.push_back(start * size_of_real);
    values_.resize(static_cast<std::size_t>(n));
    device.kernels().copy_out(device.context(), values_.data() + first, x + first, size(end - first));
    device.synchronise();
    ranks_->all_gather(kind, values_.data(), bytes);
    copy_in(device, x, n);
  }

 private:
  static std::size_t size(Index n) { return static_cast<std::size_t>(n * size_of_real); }
  void copy_out(const Device& device, const Real* x, Index n) {
    device.kernels().copy_out(device.context(), values_.data(), x, size(n));
    device.synchronise();
  }
  void copy_in(const Device& device, Real* x, Index n) {
    device.kernels().copy_in(device.context(), x, values_.data(), size(n));
  }

  std::shared_ptr<Communicator> ranks_;
  std::vector<Real> values_, received_;
};

}  // namespace

std::shared_ptr<DeviceSums> sums_by_host(std::shared_ptr<Communicator> ranks) {
  return std::make_shared<HostSums>(std::move(ranks));
}

}  // namespace triptych
