#include "reid/search/approximate.h"

#include <dlfcn.h>

#include <algorithm>
#include <cmath>

#include "engine/error.h"
#include "engine/file.h"
#include "engine/text.h"
#include "kernels/module_file.h"

namespace triptych {
namespace {

constexpr const char* module_name = "search_faiss.so";

void require_done(const FaissTable& faiss, bool done) {
  require(done, "{}: {}", faiss.name(), faiss.message());
}

// The row, copied out of a mapped file.
std::vector<float> row_of(const RowFile& rows, Index row) {
  const float* data = rows.block(row, 1).rows;
  return {data, data + rows.size()};
}

}  // namespace

const FaissTable* open_faiss(std::string& why) {
  const std::string path = find_module(module_name);
  if (path.empty()) {
    why = fmt::format("{} is not beside this program: it was built without FAISS (package libfaiss-dev)",
                      module_name);
    return nullptr;
  }
  void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!module) {
    why = fmt::format("{} does not open: {}", path, dlerror());
    return nullptr;
  }
  using Door = const FaissTable* (*)();
  const auto door = reinterpret_cast<Door>(dlsym(module, faiss_door));
  const FaissTable* table = door ? door() : nullptr;
  if (table && table->version == faiss_interface) return table;
  why = path + " is of another build than this program: run 'make' again";
  return nullptr;
}

ApproximateIndex::ApproximateIndex(const RowFile& rows, const std::filesystem::path& row_file,
                                   const std::string& state, const Device& device)
    : rows_(rows), device_(device) {
  std::string why;
  faiss_ = open_faiss(why);
  require(faiss_ != nullptr, "an approximate search needs FAISS, and {}", why);
  faiss_->use_threads(device.context().threads);
  // The state is a part of the name: lists of another state are not even looked at, and replaced.
  const std::filesystem::path lists = row_file.string() + "." + state + ".faiss";
  const auto open = [&] {
    if (std::filesystem::exists(lists)) index_ = faiss_->open(lists.c_str());
    if (index_ && faiss_->rows(index_) == rows_.count()) return true;
    if (index_) faiss_->close(index_);
    index_ = nullptr;
    return false;
  };
  if (open()) return;
  const std::string begin = row_file.filename().string() + ".";
  std::error_code code;
  for (const auto& entry :
       std::filesystem::directory_iterator(lists.parent_path().empty() ? "." : lists.parent_path(), code)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(begin) && name.ends_with(".faiss")) std::filesystem::remove(entry.path(), code);
  }
  make(lists);
  require(open(), "{} cannot be read: {}", shown(lists), faiss_->message());
}

ApproximateIndex::~ApproximateIndex() {
  if (index_) faiss_->close(index_);
}

void ApproximateIndex::make(const std::filesystem::path& path) const {
  constexpr Index sample_per_list = 64, block = 1 << 14;
  const Index count = rows_.count(), size = rows_.size();
  const Index lists = std::max<Index>(1, static_cast<Index>(std::sqrt(static_cast<double>(count))));
  const Index sampled = std::min(count, lists * sample_per_list);
  std::vector<float> sample;
  for (Index i = 0; i < sampled; ++i) {
    const float* row = rows_.block(i * count / sampled, 1).rows;
    sample.insert(sample.end(), row, row + size);
  }
  struct Close {
    const FaissTable* faiss;
    void* index;
    ~Close() {
      if (index) faiss->close(index);
    }
  } const made{faiss_, faiss_->train(size, lists, sampled, sample.data())};
  require_done(*faiss_, made.index != nullptr);
  for (Index first = 0; first < count; first += block) {
    const Index n = std::min(block, count - first);
    require_done(*faiss_, faiss_->add(made.index, n, rows_.block(first, n).rows));
  }
  const std::filesystem::path temporary = path.string() + ".part";
  require_done(*faiss_, faiss_->save(made.index, temporary.c_str()));
  std::filesystem::rename(temporary, path);
}

std::vector<std::vector<NearRow>> ApproximateIndex::nearest(std::span<const float> queries, Index top,
                                                            Index probes) const {
  const Index size = rows_.size(), count = static_cast<Index>(queries.size()) / size;
  const Index kept = std::min(top, rows_.count());
  std::vector<float> distances(static_cast<std::size_t>(count * kept));
  std::vector<std::int64_t> found(distances.size());
  require_done(*faiss_,
               faiss_->search(index_, probes, count, queries.data(), kept, distances.data(), found.data()));
  std::vector<std::vector<NearRow>> result;
  for (Index q = 0; q < count; ++q) {
    // Distances in double precision, and the order of an exact search, among what was found.
    std::vector<std::int64_t> rows(found.begin() + q * kept, found.begin() + (q + 1) * kept);
    std::erase(rows, -1);
    std::ranges::sort(rows);
    std::vector<float> values;
    for (const std::int64_t row : rows) {
      const std::vector<float> one = row_of(rows_, row);
      values.insert(values.end(), one.begin(), one.end());
    }
    const auto query = queries.subspan(static_cast<std::size_t>(q * size), static_cast<std::size_t>(size));
    std::vector<NearRow> near =
        nearest_rows(device_, MemoryRows(values, size), query, std::max<Index>(1, kept)).front();
    for (NearRow& one : near) one.row = rows[static_cast<std::size_t>(one.row)];
    result.push_back(std::move(near));
  }
  return result;
}

double ApproximateIndex::recall(Index top, Index probes) const {
  const Index asked = std::min<Index>(100, rows_.count()), count = rows_.count();
  std::vector<float> queries;
  std::vector<Index> self;
  for (Index i = 0; i < asked; ++i) {
    self.push_back(i * count / asked);
    const std::vector<float> row = row_of(rows_, self.back());
    queries.insert(queries.end(), row.begin(), row.end());
  }
  const auto exact = nearest_rows(device_, rows_, queries, top + 1);
  const auto found = nearest(queries, top + 1, probes);
  Index there = 0, all = 0;
  for (std::size_t q = 0; q < exact.size(); ++q)
    for (const NearRow& row : exact[q]) {
      if (row.row == self[q]) continue;
      ++all;
      there += std::ranges::count(found[q], row.row, &NearRow::row);
    }
  return all == 0 ? 1 : static_cast<double>(there) / static_cast<double>(all);
}

}  // namespace triptych
