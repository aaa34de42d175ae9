#include "reid/search/row_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <ostream>

#include "engine/checksum.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/stop.h"

namespace triptych {
namespace {

constexpr char magic[] = {'t', 'r', 'i', 'p', 'r', 'o', 'w', '2'};
constexpr std::size_t page = 4096;
constexpr std::uint64_t most_dimensions = 1 << 20, most_rows = std::uint64_t(1) << 40;

struct Header {
  char magic[8];
  std::uint64_t rows, dimensions;
  char state[RowFile::state_characters];
  std::uint64_t check;  // checksum of what stands before it

  std::uint64_t expected_check() const { return checksum(this, offsetof(Header, check)); }
};

std::size_t whole_pages(std::size_t bytes) {
  return (bytes + page - 1) / page * page;
}

// Where the parts begin, and where the file ends.
struct Parts {
  std::size_t ids, coded, codes, rows, end;
  Parts(std::uint64_t count, std::uint64_t size)
      : ids(page + whole_pages(count * sizeof(float))),
        coded(ids + whole_pages(count * sizeof(std::int64_t))),
        codes(coded + whole_pages(count * sizeof(CodedRow))),
        rows(codes + whole_pages(count * size)),
        end(rows + whole_pages(count * size * sizeof(float))) {}
};

template <class T>
void put(std::ostream& stream, const T* data, std::size_t count) {
  stream.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(count * sizeof(T)));
}
void pad(std::ostream& stream, std::size_t bytes) {
  static constexpr char zeros[page] = {};
  stream.write(zeros, static_cast<std::streamsize>(whole_pages(bytes) - bytes));
}

}  // namespace

struct RowFile::Mapping {
  std::byte* data = nullptr;
  std::size_t bytes = 0;
  bool release = false;                            // it is too large to stay resident
  std::size_t used_begin = 0, used_end = 0;        // of the last block, in bytes from the start
  std::size_t touched_begin = 0, touched_end = 0;  // of its rows, of which a search by codes reads a few

  Mapping(std::byte* mapped, std::size_t size) : data(mapped), bytes(size), release(size > resident_bytes) {}
  ~Mapping() { ::munmap(data, bytes); }

  void give_back(std::size_t& begin, std::size_t& end) {
    if (end > begin) ::madvise(data + begin, end - begin, MADV_DONTNEED);
    begin = end = 0;
  }
  // The bytes [begin, end), in place of those that were used before. The next block is read from the disk
  // while this one is searched.
  void use(std::size_t begin, std::size_t end) {
    give_back(used_begin, used_end);
    give_back(touched_begin, touched_end);
    used_begin = begin / page * page, used_end = std::min(bytes, whole_pages(end));
    ::madvise(data + used_end, std::min(bytes - used_end, used_end - used_begin), MADV_WILLNEED);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
};

std::optional<RowFile> RowFile::open(const std::filesystem::path& path, const std::string& state) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return {};
  struct stat status {};
  const bool regular = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  const auto bytes = static_cast<std::size_t>(status.st_size);
  void* mapped =
      regular && bytes >= page ? ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor, 0) : MAP_FAILED;
  ::close(descriptor);
  if (mapped == MAP_FAILED) return {};

  RowFile file;
  file.mapping_ = std::make_shared<Mapping>(static_cast<std::byte*>(mapped), bytes);
  Header header;
  std::memcpy(&header, mapped, sizeof header);
  if (std::memcmp(header.magic, magic, sizeof magic) != 0) return {};
  if (header.check != header.expected_check()) return {};
  if (state.size() != state_characters || std::memcmp(header.state, state.data(), state.size()) != 0)
    return {};
  if (header.dimensions == 0 || header.dimensions > most_dimensions || header.rows > most_rows) return {};
  const Parts parts(header.rows, header.dimensions);
  if (parts.end != bytes) return {};
  file.count_ = static_cast<Index>(header.rows), file.size_ = static_cast<Index>(header.dimensions);
  file.ids_at_ = parts.ids, file.rows_at_ = parts.rows;
  file.coded_at_ = parts.coded, file.codes_at_ = parts.codes;
  return file;
}

RowSource::Block RowFile::block(Index first, Index count) const {
  Mapping& all = *mapping_;
  const std::size_t row_bytes = static_cast<std::size_t>(size_) * sizeof(float);
  if (all.release)
    all.use(rows_at_ + static_cast<std::size_t>(first) * row_bytes,
            rows_at_ + static_cast<std::size_t>(first + count) * row_bytes);
  return {reinterpret_cast<const float*>(all.data + rows_at_) + first * size_,
          reinterpret_cast<const float*>(all.data + page) + first};
}

RowSource::CodedBlock RowFile::coded_block(Index first, Index count) const {
  Mapping& all = *mapping_;
  const auto begin = static_cast<std::size_t>(first), end = static_cast<std::size_t>(first + count),
             size = static_cast<std::size_t>(size_);
  if (all.release) {
    // Codes of a quarter of the rows' bytes stay, if they fit.
    if (static_cast<std::size_t>(count_) * size > resident_bytes)
      all.use(codes_at_ + begin * size, codes_at_ + end * size);
    else
      all.give_back(all.touched_begin, all.touched_end);
    all.touched_begin = (rows_at_ + begin * size * sizeof(float)) / page * page;
    all.touched_end = std::min(all.bytes, whole_pages(rows_at_ + end * size * sizeof(float)));
  }
  return {reinterpret_cast<const std::int8_t*>(all.data + codes_at_) + begin * size,
          reinterpret_cast<const CodedRow*>(all.data + coded_at_) + begin,
          {reinterpret_cast<const float*>(all.data + rows_at_) + begin * size,
           reinterpret_cast<const float*>(all.data + page) + begin}};
}

std::int64_t RowFile::id(Index row) const {
  return reinterpret_cast<const std::int64_t*>(mapping_->data + ids_at_)[row];
}

void RowFile::write(const std::filesystem::path& path, const std::string& state, Index count, Index size,
                    const Fill& fill) {
  require(state.size() == state_characters, "a state of {} characters", state.size());
  constexpr Index block_floats = 1 << 22;  // 16 MiB
  const Index block = std::max<Index>(1, block_floats / size);
  const Parts parts(static_cast<std::uint64_t>(count), static_cast<std::uint64_t>(size));
  std::vector<float> rows(static_cast<std::size_t>(std::min(block, count) * size));
  std::vector<float> norms(static_cast<std::size_t>(count));
  std::vector<std::int64_t> ids(static_cast<std::size_t>(count));
  std::vector<CodedRow> coded(static_cast<std::size_t>(count));
  std::vector<std::int8_t> codes(rows.size());
  const auto write_all = [&](std::ostream& stream) {
    // Norms and ids are known when the rows are; they stand before them, so that a reader maps a file whose
    // size says that it is whole.
    Header header{};
    std::memcpy(header.magic, magic, sizeof magic);
    header.rows = static_cast<std::uint64_t>(count), header.dimensions = static_cast<std::uint64_t>(size);
    std::memcpy(header.state, state.data(), state.size());
    header.check = header.expected_check();
    put(stream, &header, 1);
    pad(stream, sizeof header);
    stream.seekp(static_cast<std::streamoff>(parts.rows));
    for (Index first = 0; first < count; first += block) {
      stop_point();
      const Index n = std::min(block, count - first);
      const std::span<float> part(rows.data(), static_cast<std::size_t>(n * size));
      fill(first, n, part.data(), ids.data() + first);
      squared_norms(part, size,
                    std::span(norms).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(n)));
      for (Index i = 0; i < n; ++i)
        coded[static_cast<std::size_t>(first + i)] =
            encode(part.data() + i * size, size, codes.data() + i * size);
      stream.seekp(static_cast<std::streamoff>(parts.codes) + first * size);
      put(stream, codes.data(), part.size());
      stream.seekp(static_cast<std::streamoff>(parts.rows) +
                   first * size * static_cast<Index>(sizeof(float)));
      put(stream, part.data(), part.size());
    }
    pad(stream, static_cast<std::size_t>(count) * static_cast<std::size_t>(size) * sizeof(float));
    stream.seekp(page);
    put(stream, norms.data(), norms.size());
    pad(stream, norms.size() * sizeof(float));
    put(stream, ids.data(), ids.size());
    pad(stream, ids.size() * sizeof(std::int64_t));
    put(stream, coded.data(), coded.size());
  };
  write_file(path, write_all, Existing::replace);
}

}  // namespace triptych
