// ImageIndex::searchable: the rows of an index for a search, from the row file or from the database.
#include <cstring>

#include "engine/error.h"
#include "engine/file.h"
#include "engine/text.h"
#include "reid/search/image_index.h"

namespace triptych {
namespace {

// The embeddings in the order of their ids, read from the database a block at a time.
class DatabaseRows : public RowSource {
 public:
  DatabaseRows(const Database& database, Index count, Index size)
      : next_(database, "SELECT image, vector FROM embedding ORDER BY image"),
        name_(database.name()),
        count_(count),
        size_(size) {}
  Index count() const override { return count_; }
  Index size() const override { return size_; }

  Block block(Index first, Index count) const override {
    rows_.resize(static_cast<std::size_t>(count * size_));
    norms_.resize(static_cast<std::size_t>(count));
    read(first, count, rows_.data(), nullptr);
    squared_norms(rows_, size_, norms_);
    return {rows_.data(), norms_.data()};
  }

  // RowSource first .. first + count - 1 and their ids (null: not wanted).
  void read(Index first, Index count, float* rows, std::int64_t* ids) const {
    if (first < at_) next_.reset(), at_ = 0;
    for (; at_ < first; ++at_) step();
    for (Index i = 0; i < count; ++i, ++at_) {
      step();
      const std::span<const std::byte> bytes = next_.blob(1);
      require(bytes.size() == static_cast<std::size_t>(size_) * sizeof(float),
              "{} is damaged: an embedding has {} bytes in place of {}; make the index again", name_,
              bytes.size(), static_cast<std::size_t>(size_) * sizeof(float));
      std::memcpy(rows + i * size_, bytes.data(), bytes.size());
      if (ids) ids[i] = next_.integer(0);
    }
  }

 private:
  void step() const { require(next_.step(), "{} was changed while it was read; try again", name_); }

  mutable Statement next_;
  std::string name_;
  Index count_, size_;
  mutable Index at_ = 0;
  mutable std::vector<float> rows_, norms_;
};

}  // namespace

std::filesystem::path ImageIndex::row_file_path() const {
  return file_.string() + ".rows";
}

ImageIndex::Searchable ImageIndex::searchable(const std::function<void(const std::string&)>& warn) const {
  Searchable result;
  const auto use = [&](std::optional<RowFile> file) {
    auto rows = std::make_unique<RowFile>(*std::move(file));
    result.row_file = rows.get();
    result.rows = std::move(rows);
    return std::move(result);
  };
  // State, number and rows belong together, so they are read in one transaction.
  struct Reading {
    Database& database;
    explicit Reading(Database& from) : database(from) { database.execute("BEGIN"); }
    ~Reading() {
      try {
        database.execute("COMMIT");
      } catch (const Error&) {  // nothing was written
      }
    }
  };
  const Reading reading(*database_);
  const std::string state = result.state = meta("state");
  if (auto file = RowFile::open(row_file_path(), state); file && file->size() == model_.dimensions)
    return use(std::move(file));
  remove_abandoned(row_file_path());
  const Index images = count();
  try {
    const DatabaseRows rows(*database_, images, model_.dimensions);
    RowFile::write(row_file_path(), state, images, model_.dimensions,
                   [&](Index first, Index n, float* to, std::int64_t* ids) { rows.read(first, n, to, ids); });
    if (auto file = RowFile::open(row_file_path(), state)) return use(std::move(file));
  } catch (const Error& error) {
    if (warn)
      warn(fmt::format("{}: the embeddings are read from {} itself, which takes longer", error.what(),
                       shown(file_)));
  }
  result.ids.reserve(static_cast<std::size_t>(images));
  Statement ids(*database_, "SELECT image FROM embedding ORDER BY image");
  while (ids.step()) result.ids.push_back(ids.integer(0));
  result.rows = std::make_unique<DatabaseRows>(*database_, images, model_.dimensions);
  return result;
}

}  // namespace triptych
