#pragma once
#include "kernels/ptx/shadow.h"

// The fast paths of Shadow, which are inlined into loads and stores: loops without branches over neighbouring
// words.
namespace triptych::ptx {

TRIPTYCH_INTO bool Shadow::any_under_way(std::size_t first, int words) const {
  if (copies_ == 0) return false;
  for (std::size_t i = 0; i < static_cast<std::size_t>(words); ++i)
    if (cells_.is_under_way[first + i]) return true;
  return false;
}

TRIPTYCH_INTO bool Shadow::may_be_read(std::size_t first, int words) const {
  const std::int32_t* const write_time = cells_.write_time.data() + first;
  const std::int32_t barrier = barrier_, started = block_started_;
  std::int32_t wrong = any_under_way(first, words);
#pragma omp simd reduction(| : wrong)
  for (int i = 0; i < words; ++i) wrong |= (write_time[i] >= barrier) | (write_time[i] < started);
  return !wrong;
}

TRIPTYCH_INTO bool Shadow::read_by_several(std::uint64_t offset, int words, int first_thread) {
  const std::size_t first = first_cell(offset);
  if (!may_be_read(first, words)) return false;
  std::int32_t* const read_time = cells_.read_time.data() + first;
  std::int32_t* const reader = cells_.reader.data() + first;
  std::int32_t* const read_site = cells_.read_site.data() + first;
  const std::int32_t barrier = barrier_, clock = clock_, site = site_;
  const std::int32_t mine = several_lanes | first_thread;
#pragma omp simd
  for (int i = 0; i < words; ++i) {
    const bool of_warp = (read_time[i] < barrier) | ((reader[i] & warp_bits) == first_thread);
    reader[i] = of_warp ? mine : several_warps;
    read_time[i] = clock;
    read_site[i] = site;
  }
  return true;
}

TRIPTYCH_INTO bool Shadow::read_in_order(std::uint64_t offset, int words, const std::int32_t* lane,
                                         int first_thread, std::uint32_t warp_synced) {
  const std::size_t first = first_cell(offset);
  if (!may_be_read(first, words)) return false;
  std::int32_t* const read_time = cells_.read_time.data() + first;
  std::int32_t* const reader = cells_.reader.data() + first;
  std::int32_t* const read_site = cells_.read_site.data() + first;
  const std::int32_t barrier = barrier_, clock = clock_, site = site_;
  const auto synced = static_cast<std::int32_t>(warp_synced);
  const std::int32_t several = several_lanes | first_thread;
#pragma omp simd
  for (int i = 0; i < words; ++i) {
    const std::int32_t before = reader[i], time = read_time[i], thread = first_thread + lane[i];
    const std::int32_t of_warp = time < synced ? thread : several;
    const std::int32_t other = (before & warp_bits) == first_thread ? of_warp : several_warps;
    reader[i] = time < barrier ? thread : before == thread ? before : other;
    read_time[i] = clock;
    read_site[i] = site;
  }
  return true;
}

TRIPTYCH_INTO bool Shadow::write_in_order(std::uint64_t offset, int words, const std::int32_t* lane,
                                          int first_thread) {
  const std::size_t first = first_cell(offset);
  std::int32_t* const write_time = cells_.write_time.data() + first;
  const std::int32_t* const read_time = cells_.read_time.data() + first;
  std::int32_t* const writer = cells_.writer.data() + first;
  std::int32_t* const write_site = cells_.write_site.data() + first;
  const std::int32_t barrier = barrier_, clock = clock_, site = site_;
  std::int32_t wrong = any_under_way(first, words);
#pragma omp simd reduction(| : wrong)
  for (int i = 0; i < words; ++i) wrong |= (write_time[i] >= barrier) | (read_time[i] >= barrier);
  if (wrong) return false;
#pragma omp simd
  for (int i = 0; i < words; ++i) {
    writer[i] = first_thread + lane[i];
    write_time[i] = clock;
    write_site[i] = site;
  }
  return true;
}

}  // namespace triptych::ptx
