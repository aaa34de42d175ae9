#include "kernels/ptx/request.h"

#include <algorithm>

namespace triptych::ptx {

void RequestShape::learn(const std::uint64_t* addresses, Mask mask, int bytes) {
  mask_ = mask;
  bytes_ = bytes;
  if (costs_are_known_) global_ = {}, shared_ = {};
  costs_are_known_ = parts_are_known_ = false;
  const std::uint64_t base = addresses[std::countr_zero(mask)];
  std::int64_t low = 0, high = 0;
  bits_ = 0;
  is_contiguous_ = mask == all_lanes;
  for (int l = 0; l < lanes; ++l) {
    relative_[l] = addresses[l] - base;
    bits_ |= relative_[l];
    low = std::min(low, static_cast<std::int64_t>(relative_[l]));
    high = std::max(high, static_cast<std::int64_t>(relative_[l]));
    is_contiguous_ &= relative_[l] == static_cast<std::uint64_t>(l * bytes);
  }
  lowest_ = static_cast<std::uint64_t>(low), highest_ = static_cast<std::uint64_t>(high);
}

void RequestShape::find_parts() {
  parts_are_known_ = true;
  different_ = run_count_ = words_ = 0;
  const auto at = [&](int lane) { return static_cast<std::int64_t>(relative_[lane]); };
  // Insertion into what is sorted already: most often each lane comes behind the one before.
  for (Mask rest = mask_; rest; rest &= rest - 1) {
    const int lane = std::countr_zero(rest);
    int n = different_;
    while (n > 0 && at(parts_[static_cast<std::size_t>(n - 1)].lane) > at(lane)) --n;
    if (n > 0 && at(parts_[static_cast<std::size_t>(n - 1)].lane) == at(lane)) {
      parts_[static_cast<std::size_t>(n - 1)].sharers |= Mask{1} << lane;
      continue;
    }
    std::move_backward(parts_.begin() + n, parts_.begin() + different_, parts_.begin() + different_ + 1);
    parts_[static_cast<std::size_t>(n)] = {lane, Mask{1} << lane};
    ++different_;
  }
  if (bytes_ % 4 == 0 && bytes_ <= 16)
    for (int n = 0; n < different_; ++n) add_to_runs(parts_[static_cast<std::size_t>(n)]);
}

void RequestShape::add_to_runs(const Part& part) {
  const bool several = (part.sharers & (part.sharers - 1)) != 0;
  const std::uint64_t from = relative_[part.lane];
  Run* run = run_count_ ? &runs_[static_cast<std::size_t>(run_count_ - 1)] : nullptr;
  if (!run || run->several != several || run->from + 4 * static_cast<std::uint64_t>(run->words) != from) {
    run = &runs_[static_cast<std::size_t>(run_count_++)];
    *run = {from, 0, several, 0, &lane_of_word_[static_cast<std::size_t>(words_)]};
  }
  run->words += bytes_ / 4;
  run->sharers |= part.sharers;
  for (int i = 0; i < bytes_ / 4; ++i) lane_of_word_[static_cast<std::size_t>(words_++)] = part.lane;
}

void RequestShape::count_global(Counts& counts, const std::uint64_t* addresses) {
  Cost& cost = global_[addresses[std::countr_zero(mask_)] % 32];
  if (!cost.is_known) {
    Counts one;
    ptx::count_global(one, addresses, mask_, bytes_);
    cost = {true, static_cast<std::uint32_t>(one.sectors), static_cast<std::uint32_t>(one.ideal_sectors), 0};
    costs_are_known_ = true;
  }
  ++counts.requests;
  counts.sectors += cost.a;
  counts.ideal_sectors += cost.b;
}

void RequestShape::count_shared(Counts& counts, const std::uint64_t* addresses) {
  Cost& cost = shared_[addresses[std::countr_zero(mask_)] % 4];
  if (!cost.is_known) {
    Counts one;
    ptx::count_shared(one, addresses, mask_, bytes_);
    cost = {true, static_cast<std::uint32_t>(one.wavefronts),
            static_cast<std::uint32_t>(one.ideal_wavefronts), static_cast<std::uint32_t>(one.shared_words)};
    costs_are_known_ = true;
  }
  ++counts.shared_requests;
  counts.wavefronts += cost.a;
  counts.ideal_wavefronts += cost.b;
  counts.shared_words += cost.c;
}

}  // namespace triptych::ptx
