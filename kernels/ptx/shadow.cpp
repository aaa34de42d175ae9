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

void Shadow::prepare(std::size_t bytes, int grain) {
  grain_ = grain;
  const std::size_t cells = (bytes + static_cast<std::size_t>(grain) - 1) / static_cast<std::size_t>(grain);
  // Entries of earlier blocks are older than start_block() and have no effect; but the clock must not wrap
  // around.
  constexpr std::uint32_t late = 0xf0000000u;
  if (cells_.size() < cells || clock_ > late) {
    cells_.assign(cells, Cell{});
    clock_ = 0;
  }
}

bool Shadow::foreign_write(const Cell& cell, int thread, std::uint32_t synced) const {
  const int writer = cell.writer & ~atomic_bit;
  return writer != thread && unordered(cell.write_time, writer / lanes, thread / lanes, synced);
}

bool Shadow::foreign_read(const Cell& cell, int thread, std::uint32_t synced) const {
  if (cell.reader == several_warps) return cell.read_time >= barrier_;
  const bool several = cell.reader & several_lanes;
  const int reader = cell.reader & ~several_lanes;
  return (several || reader != thread) &&
         unordered(cell.read_time, several ? reader : reader / lanes, thread / lanes, synced);
}

void Shadow::note_reader(Cell& cell, int thread, std::uint32_t synced) {
  const int warp = thread / lanes;
  if (cell.read_time < barrier_) {
    cell.reader = static_cast<std::uint16_t>(thread);
  } else if (cell.reader != several_warps && cell.reader != thread) {
    const bool several = cell.reader & several_lanes;
    const int reader = cell.reader & ~several_lanes, reader_warp = several ? reader : reader / lanes;
    if (reader_warp != warp)
      cell.reader = several_warps;
    else if (cell.read_time < synced)
      cell.reader = static_cast<std::uint16_t>(thread);
    else
      cell.reader = static_cast<std::uint16_t>(several_lanes | warp);
  }
  cell.read_time = clock_;
  cell.read_site = site_;
}

const char* Shadow::read(std::uint64_t offset, int bytes, int thread, std::uint32_t synced, int& other) {
  const auto grain = static_cast<std::uint64_t>(grain_);
  const std::uint64_t end = offset + static_cast<std::uint64_t>(bytes);
  for (std::uint64_t at = offset; at < end; at += grain) {
    Cell& cell = cells_[at / grain];
    if (cell.write_time < block_started_) {
      other = -1;
      return never_written;
    }
    if (is_under_way(cell) || foreign_write(cell, thread, synced)) {
      other = cell.writer & ~atomic_bit;
      other_site_ = cell.write_site;
      return is_under_way(cell) ? still_copied : read_after_write;
    }
    note_reader(cell, thread, synced);
  }
  return nullptr;
}

const char* Shadow::write(std::uint64_t offset, int bytes, int thread, std::uint32_t synced, int& other) {
  const auto grain = static_cast<std::uint64_t>(grain_);
  const std::uint64_t end = offset + static_cast<std::uint64_t>(bytes);
  const char* problem = nullptr;
  for (std::uint64_t at = offset; at < end; at += grain) {
    Cell& cell = cells_[at / grain];
    if (is_under_way(cell)) {
      other = cell.writer & ~atomic_bit;
      other_site_ = cell.write_site;
      return still_copied;
    }
    if (foreign_read(cell, thread, synced)) {
      other = cell.reader & several_lanes ? -1 : cell.reader;
      other_site_ = cell.read_site;
      return write_after_read;
    }
    if (foreign_write(cell, thread, synced)) {
      other = cell.writer & ~atomic_bit;
      other_site_ = cell.write_site;
      problem = write_after_write;
    }
    cell.write_time = clock_;
    cell.write_site = site_;
    cell.writer = static_cast<std::uint16_t>(thread);
    cell.is_under_way = false;
  }
  return problem;
}

bool Shadow::is_write_after_write(const char* problem) {
  return problem == write_after_write;
}

const char* Shadow::change_atomically(std::uint64_t offset, int bytes, int thread, std::uint32_t synced,
                                      int& other) {
  const auto grain = static_cast<std::uint64_t>(grain_);
  const std::uint64_t end = offset + static_cast<std::uint64_t>(bytes);
  for (std::uint64_t at = offset; at < end; at += grain) {
    Cell& cell = cells_[at / grain];
    if (cell.write_time < block_started_) {
      other = -1;
      return never_written;
    }
    if (is_under_way(cell)) {
      other = cell.writer;
      other_site_ = cell.write_site;
      return still_copied;
    }
    // Atomics of different threads do not race with each other; their order is unspecified.
    if (!(cell.writer & atomic_bit) && foreign_write(cell, thread, synced)) {
      other = cell.writer;
      other_site_ = cell.write_site;
      return read_after_write;
    }
    if (foreign_read(cell, thread, synced)) {
      other = cell.reader & several_lanes ? -1 : cell.reader;
      other_site_ = cell.read_site;
      return write_after_read;
    }
    cell.write_time = clock_;
    cell.write_site = site_;
    cell.writer = static_cast<std::uint16_t>(thread | atomic_bit);
    cell.is_under_way = false;
  }
  return nullptr;
}

void Shadow::begin_copy(std::uint64_t offset, int bytes, int thread) {
  const auto grain = static_cast<std::uint64_t>(grain_);
  for (std::uint64_t at = offset; at < offset + static_cast<std::uint64_t>(bytes); at += grain) {
    Cell& cell = cells_[at / grain];
    cell.is_under_way = true;
    cell.write_time = clock_;
    cell.writer = static_cast<std::uint16_t>(thread);
  }
}

void Shadow::end_copy(std::uint64_t offset, int bytes) {
  const auto grain = static_cast<std::uint64_t>(grain_);
  for (std::uint64_t at = offset; at < offset + static_cast<std::uint64_t>(bytes); at += grain) {
    cells_[at / grain].is_under_way = false;
    cells_[at / grain].write_time = clock_;
  }
}

}  // namespace triptych::ptx
