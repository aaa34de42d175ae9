#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "reid/search/nearest.h"

namespace triptych {

// The embeddings of an index as a flat array in a file of their own, which is mapped and not read: a search
// starts at once, and the pages stay in the system's cache between two processes. It is made from the index
// (image_index.h) and can always be made again.
//
//   byte 0     "triprow2"
//        8     rows, uint64
//       16     dimensions, uint64
//       24     of which state of the index the rows are: 32 characters
//       56     a checksum of the bytes before, uint64
//     4096     |row|^2, float32 [rows]
//   then, each at a multiple of 4096:
//              row ids of the index, int64 [rows]
//              scale and error of each row's codes (codes.h), float32 [rows, 2]
//              codes, int8 [rows, dimensions]
//              the rows, float32 [rows, dimensions]
// Everything little-endian.
class RowFile : public RowSource {
 public:
  // How much of a mapped file may stay resident. Larger files are given back to the system block by block
  // while they are searched; their pages remain in its cache as long as it has room.
  static constexpr std::size_t resident_bytes = std::size_t(2) << 30;

  static constexpr std::size_t state_characters = 32;

  // Nothing when there is no such file, when it is cut off or damaged, or when it is of another state.
  static std::optional<RowFile> open(const std::filesystem::path& path, const std::string& state);

  // Writes a file for `count` rows. `fill` is asked for blocks in order: rows [count, size] and ids [count].
  using Fill = std::function<void(Index first, Index count, float* rows, std::int64_t* ids)>;
  static void write(const std::filesystem::path& path, const std::string& state, Index count, Index size,
                    const Fill& fill);

  RowFile(RowFile&&) noexcept = default;
  RowFile& operator=(RowFile&&) noexcept = default;
  ~RowFile() override = default;

  Index count() const override { return count_; }
  Index size() const override { return size_; }
  Block block(Index first, Index count) const override;
  CodedBlock coded_block(Index first, Index count) const override;
  std::int64_t id(Index row) const;

 private:
  struct Mapping;
  RowFile() = default;

  std::shared_ptr<Mapping> mapping_;
  Index count_ = 0, size_ = 0;
  std::size_t ids_at_ = 0, coded_at_ = 0, codes_at_ = 0, rows_at_ = 0;  // bytes from the start
};

}  // namespace triptych
