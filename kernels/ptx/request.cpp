#include "kernels/ptx/request.h"

#include <algorithm>
#include <bit>

namespace triptych::ptx {

void RequestShape::see(const std::uint64_t* addresses, Mask mask, int bytes) {
  const std::uint64_t base = addresses[std::countr_zero(mask)];
  std::uint64_t difference = 0;
  for (int l = 0; l < lanes; ++l) difference |= (addresses[l] - base) ^ relative_[l];
  if (difference || mask != mask_ || bytes != bytes_) learn(addresses, mask, bytes);
}

void RequestShape::learn(const std::uint64_t* addresses, Mask mask, int bytes) {
  mask_ = mask;
  bytes_ = bytes;
  global_ = {}, shared_ = {};
  const std::uint64_t base = addresses[std::countr_zero(mask)];
  std::int64_t low = 0, high = 0;
  bits_ = 0;
  different_ = 0;
  for (int l = 0; l < lanes; ++l) {
    relative_[l] = addresses[l] - base;
    bits_ |= relative_[l];
    low = std::min(low, static_cast<std::int64_t>(relative_[l]));
    high = std::max(high, static_cast<std::int64_t>(relative_[l]));
    if (!(mask >> l & 1)) continue;
    int n = 0;
    while (n < different_ && relative_[lane_[static_cast<std::size_t>(n)]] != relative_[l]) ++n;
    const auto at = static_cast<std::size_t>(n);
    if (n == different_) lane_[at] = static_cast<std::uint8_t>(l), sharers_[at] = 0, ++different_;
    sharers_[at] |= Mask{1} << l;
  }
  lowest_ = static_cast<std::uint64_t>(low), highest_ = static_cast<std::uint64_t>(high);
}

void RequestShape::count_global(Counts& counts, const std::uint64_t* addresses) {
  Cost& cost = global_[addresses[std::countr_zero(mask_)] % 32];
  if (!cost.is_known) {
    Counts one;
    ptx::count_global(one, addresses, mask_, bytes_);
    cost = {true, static_cast<std::uint32_t>(one.sectors), static_cast<std::uint32_t>(one.ideal_sectors), 0};
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
  }
  ++counts.shared_requests;
  counts.wavefronts += cost.a;
  counts.ideal_wavefronts += cost.b;
  counts.shared_words += cost.c;
}

}  // namespace triptych::ptx
