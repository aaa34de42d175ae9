#include "kernels/ptx/shadow.h"

namespace triptych::ptx {
namespace {

constexpr const char* read_after_write =
    "race: reads shared memory that another thread has written, and no barrier stands between";
constexpr const char* write_after_write =
    "race: writes shared memory that another thread has written, and no barrier stands between";
constexpr const char* write_after_read =
    "race: writes shared memory that another thread has read, and no barrier stands between";
constexpr const char* still_copied =
    "race: touches shared memory into which cp.async is copying: the thread that began the copy has not "
    "waited for it (cp.async.wait_group)";
}  // namespace

const char* const Shadow::never_written =
    "uninitialised: reads shared memory that no thread of this block has written yet";

void Shadow::Cells::assign(std::size_t count) {
  for (std::vector<std::int32_t>* property :
       {&write_time, &read_time, &writer, &reader, &write_site, &read_site})
    property->assign(count, 0);
  is_under_way.assign(count, 0);
}

void Shadow::prepare(std::size_t bytes, int grain) {
  grain_ = grain;
  const std::size_t cells = (bytes + static_cast<std::size_t>(grain) - 1) / static_cast<std::size_t>(grain);
  // Entries of earlier blocks are older than start_block() and have no effect; but the clock must not become
  // negative.
  constexpr std::int32_t late = 0x70000000;
  if (cells_.write_time.size() < cells || clock_ > late) {
    cells_.assign(cells);
    clock_ = copies_ = 0;
  }
}

bool Shadow::foreign_write(std::size_t cell, int thread, std::uint32_t synced) const {
  const int writer = cells_.writer[cell] & ~atomic_bit;
  return writer != thread && unordered(cells_.write_time[cell], writer, thread, synced);
}

bool Shadow::foreign_read(std::size_t cell, int thread, std::uint32_t synced) const {
  const std::int32_t reader = cells_.reader[cell];
  if (reader == several_warps) return cells_.read_time[cell] >= barrier_;
  return reader != thread && unordered(cells_.read_time[cell], reader & ~several_lanes, thread, synced);
}

int Shadow::reader_of(std::size_t cell) const {
  return cells_.reader[cell] & several_lanes ? -1 : cells_.reader[cell];
}

void Shadow::note_reader(std::size_t cell, int thread, std::uint32_t synced) {
  std::int32_t& reader = cells_.reader[cell];
  const std::int32_t time = cells_.read_time[cell], first_thread = thread & ~lane_bits;
  if (time < barrier_)
    reader = thread;
  else if (reader != thread && (reader & warp_bits) != first_thread)
    reader = several_warps;
  else if (reader != thread)
    reader = unsigned_of(time) < synced ? thread : several_lanes | first_thread;
  cells_.read_time[cell] = clock_;
  cells_.read_site[cell] = site_;
}

void Shadow::note_writer(std::size_t cell, std::int32_t writer) {
  cells_.write_time[cell] = clock_;
  cells_.write_site[cell] = site_;
  cells_.writer[cell] = writer;
  copies_ -= cells_.is_under_way[cell];
  cells_.is_under_way[cell] = 0;
}

const char* Shadow::problem_with_writer(std::size_t cell, const char* problem, int& other) {
  other = cells_.writer[cell] & ~atomic_bit;
  other_site_ = cells_.write_site[cell];
  return problem;
}

const char* Shadow::problem_with_reader(std::size_t cell, const char* problem, int& other) {
  other = reader_of(cell);
  other_site_ = cells_.read_site[cell];
  return problem;
}

const char* Shadow::read(std::uint64_t offset, int bytes, int thread, std::uint32_t synced, int& other) {
  for (std::size_t cell = first_cell(offset); cell < end_cell(offset, bytes); ++cell) {
    if (cells_.write_time[cell] < block_started_) {
      other = -1;
      return never_written;
    }
    if (is_under_way(cell)) return problem_with_writer(cell, still_copied, other);
    if (foreign_write(cell, thread, synced)) return problem_with_writer(cell, read_after_write, other);
    note_reader(cell, thread, synced);
  }
  return nullptr;
}

const char* Shadow::write(std::uint64_t offset, int bytes, int thread, std::uint32_t synced, int& other) {
  const char* problem = nullptr;
  for (std::size_t cell = first_cell(offset); cell < end_cell(offset, bytes); ++cell) {
    if (is_under_way(cell)) return problem_with_writer(cell, still_copied, other);
    if (foreign_read(cell, thread, synced)) return problem_with_reader(cell, write_after_read, other);
    if (foreign_write(cell, thread, synced)) problem = problem_with_writer(cell, write_after_write, other);
    note_writer(cell, thread);
  }
  return problem;
}

bool Shadow::is_write_after_write(const char* problem) {
  return problem == write_after_write;
}

const char* Shadow::change_atomically(std::uint64_t offset, int bytes, int thread, std::uint32_t synced,
                                      int& other) {
  for (std::size_t cell = first_cell(offset); cell < end_cell(offset, bytes); ++cell) {
    if (cells_.write_time[cell] < block_started_) {
      other = -1;
      return never_written;
    }
    if (is_under_way(cell)) return problem_with_writer(cell, still_copied, other);
    // Atomics of different threads do not race with each other; their order is unspecified.
    if (!(cells_.writer[cell] & atomic_bit) && foreign_write(cell, thread, synced))
      return problem_with_writer(cell, read_after_write, other);
    if (foreign_read(cell, thread, synced)) return problem_with_reader(cell, write_after_read, other);
    note_writer(cell, thread | atomic_bit);
  }
  return nullptr;
}

void Shadow::begin_copy(std::uint64_t offset, int bytes, int thread) {
  for (std::size_t cell = first_cell(offset); cell < end_cell(offset, bytes); ++cell) {
    copies_ += !cells_.is_under_way[cell];
    cells_.is_under_way[cell] = 1;
    cells_.write_time[cell] = clock_;
    cells_.writer[cell] = thread;
  }
}

void Shadow::end_copy(std::uint64_t offset, int bytes) {
  for (std::size_t cell = first_cell(offset); cell < end_cell(offset, bytes); ++cell) {
    copies_ -= cells_.is_under_way[cell];
    cells_.is_under_way[cell] = 0;
    cells_.write_time[cell] = clock_;
  }
}

}  // namespace triptych::ptx
