#include "kernels/ptx/counters.h"

#include <algorithm>
#include <array>

namespace triptych::ptx {
namespace {

constexpr std::uint64_t sector_bytes = 32;
constexpr int banks = 32, bank_bytes = 4;

// The addresses of the active lanes, in ascending order, without duplicates.
int distinct_addresses(const std::uint64_t* addresses, Mask mask, std::uint64_t* distinct) {
  int count = 0;
  for (Mask rest = mask; rest; rest &= rest - 1) distinct[count++] = addresses[__builtin_ctz(rest)];
  if (!std::is_sorted(distinct, distinct + count)) std::sort(distinct, distinct + count);
  return static_cast<int>(std::unique(distinct, distinct + count) - distinct);
}

// The different words that these lanes request.
std::uint64_t words_of(const std::uint64_t* addresses, Mask mask, int bytes) {
  std::array<std::uint64_t, lanes> distinct;
  const int count = distinct_addresses(addresses, mask, distinct.data());
  std::uint64_t words = 0, next = 0;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t begin = distinct[static_cast<std::size_t>(i)] / bank_bytes,
                        end =
                            (distinct[static_cast<std::size_t>(i)] + static_cast<std::uint64_t>(bytes) - 1) /
                                bank_bytes +
                            1;
    if (end > std::max(begin, next)) words += end - std::max(begin, next);
    next = std::max(next, end);
  }
  return words;
}

// The largest number of different words requested from one bank.
int wavefronts_of(const std::uint64_t* addresses, Mask mask, int bytes) {
  std::array<std::uint64_t, lanes> distinct;
  const int count = distinct_addresses(addresses, mask, distinct.data());
  std::array<int, banks> words_in_bank{};
  std::uint64_t last = ~std::uint64_t{0};
  for (int i = 0; i < count; ++i)
    for (std::uint64_t word = distinct[static_cast<std::size_t>(i)] / bank_bytes;
         word * bank_bytes < distinct[static_cast<std::size_t>(i)] + static_cast<std::uint64_t>(bytes);
         ++word) {
      if (word != last) ++words_in_bank[word % banks];
      last = word;
    }
  return *std::max_element(words_in_bank.begin(), words_in_bank.end());
}

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
  issued += other.issued, threads += other.threads, multiply_adds += other.multiply_adds;
  requests += other.requests, sectors += other.sectors, ideal_sectors += other.ideal_sectors;
  shared_requests += other.shared_requests, wavefronts += other.wavefronts;
  ideal_wavefronts += other.ideal_wavefronts, shared_words += other.shared_words;
  return *this;
}

void count_global(Counts& counts, const std::uint64_t* addresses, Mask mask, int bytes) {
  std::array<std::uint64_t, lanes> distinct;
  const int count = distinct_addresses(addresses, mask, distinct.data());
  const auto size = static_cast<std::uint64_t>(bytes);
  // covered: the end of the bytes counted so far.
  std::uint64_t sectors = 0, wanted = 0, next_sector = 0, covered = 0;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t begin = distinct[static_cast<std::size_t>(i)], end = begin + size;
    const std::uint64_t first = std::max(begin / sector_bytes, next_sector), last = (end - 1) / sector_bytes;
    if (last + 1 > first) sectors += last + 1 - first;
    next_sector = std::max(next_sector, last + 1);
    wanted += end - std::max(begin, std::min(covered, end));
    covered = std::max(covered, end);
  }
  ++counts.requests;
  counts.sectors += sectors;
  counts.ideal_sectors += (wanted + sector_bytes - 1) / sector_bytes;
}

void count_shared(Counts& counts, const std::uint64_t* addresses, Mask mask, int bytes) {
  ++counts.shared_requests;
  counts.shared_words += words_of(addresses, mask, bytes);
  // As many lanes at a time as request 128 bytes: all 32, or 16 with 8 bytes each, or 8 with 16.
  const int together = bytes <= bank_bytes ? lanes : banks * bank_bytes / bytes;
  const Mask phase = together == lanes ? all_lanes : (Mask{1} << together) - 1;
  for (int first = 0; first < lanes; first += together) {
    const Mask active = mask & (phase << first);
    if (!active) continue;
    ++counts.ideal_wavefronts;
    counts.wavefronts += static_cast<std::uint64_t>(wavefronts_of(addresses, active, bytes));
  }
}

}  // namespace triptych::ptx
