#include "reid/search/image_index.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <bit>
#include <charconv>
#include <cstring>

#include "engine/error.h"
#include "engine/file.h"
#include "engine/sha256.h"
#include "engine/text.h"
#include "reid/experiment/inputs.h"

namespace triptych {
namespace {

namespace fs = std::filesystem;
static_assert(std::endian::native == std::endian::little, "vectors are stored as they are in memory");

constexpr int format = 1;
constexpr std::int64_t application = 0x54726970;  // "Trip"

// A new state for every change of what is searched, whoever makes it.
const std::string schema = [] {
  std::string text = R"(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE image(id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, content TEXT NOT NULL,
                   identity TEXT, camera INTEGER);
CREATE INDEX image_content ON image(content);
CREATE TABLE embedding(image INTEGER PRIMARY KEY REFERENCES image(id), vector BLOB NOT NULL);
CREATE TABLE folder(path TEXT PRIMARY KEY, labels INTEGER NOT NULL, camera INTEGER) WITHOUT ROWID;
CREATE TRIGGER image_deleted AFTER DELETE ON image BEGIN
  DELETE FROM embedding WHERE image = old.id;
END;
)";
  for (const char* event : {"INSERT", "UPDATE", "DELETE"})
    text += fmt::format(
        "CREATE TRIGGER embedding_{0} AFTER {0} ON embedding BEGIN\n"
        "  UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'state';\nEND;\n",
        event);
  return text;
}();

std::span<const std::byte> bytes_of(std::span<const float> row) {
  return std::as_bytes(row);
}

std::optional<std::int64_t> column_of(int camera) {
  return camera < 0 ? std::nullopt : std::optional<std::int64_t>(camera + 1);
}

IndexedImage image_of(const Statement& row) {  // path, content, identity, camera
  IndexedImage image{row.text(0), row.text(1), {}, -1};
  if (!row.is_null(2)) image.identity = row.text(2);
  if (!row.is_null(3)) image.camera = static_cast<int>(row.integer(3)) - 1;
  return image;
}

std::string key_text(const IndexedModel& model) {
  return model.key.empty() ? "of an unknown key" : "key " + model.key.substr(0, 16);
}

}  // namespace

IndexedModel indexed_model(const fs::path& file, const std::string& key, Index dimensions) {
  const std::string bytes = read_file(file);
  Sha256 hash;
  hash.add(bytes.data(), bytes.size());
  return {fs::absolute(file).lexically_normal(), hash.hex(), key, dimensions};
}

// One writer at a time, for as long as it runs; SQLite's own locks are held for a transaction. Closing any
// descriptor of a file drops the locks that SQLite holds on it for this process, so this one is closed last.
struct ImageIndex::Lock {
  int descriptor = -1;
  Lock(const fs::path& file, int flags) : descriptor(::open(file.c_str(), flags | O_CLOEXEC, 0666)) {
    require(descriptor >= 0, "{} cannot be opened for writing: {}", shown(file), std::strerror(errno));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
    ::close(descriptor);
    fail("{} is being written by another triptych process; wait until it has ended", shown(file));
  }
  ~Lock() { ::close(descriptor); }
};

ImageIndex::ImageIndex(const fs::path& file, Access access) : file_(file) {
  std::error_code code;
  require(fs::is_regular_file(file, code),
          "there is no index {}; make one with 'triptych index --model MODEL --out {} FOLDER'", shown(file),
          shown(file));
  if (access == Access::write) lock_ = std::make_unique<Lock>(file, O_RDWR);
  database_ = std::make_unique<Database>(
      file, access == Access::write ? Database::Open::write : Database::Open::read);
  require_index();
}

ImageIndex::ImageIndex(const fs::path& file, const IndexedModel& model) : file_(file) {
  std::error_code code;
  fs::create_directories(fs::absolute(file).parent_path(), code);
  lock_ = std::make_unique<Lock>(file, O_RDWR | O_CREAT);
  database_ = std::make_unique<Database>(file, Database::Open::write);
  // An empty file is one whose making was broken off.
  if (fs::file_size(file, code) > 0 && !code) {
    require_index();
    require_model(model);
    return;
  }
  Transaction transaction(*database_);
  database_->execute(schema.c_str());
  database_->execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", application, format).c_str());
  Statement insert(*database_, "INSERT INTO meta VALUES (?, ?)");
  const auto set = [&](std::string_view key, const std::string& value) {
    insert.with(key, std::string_view(value)).run();
  };
  set("model file", model.file.string());
  set("model digest", model.digest);
  set("model key", model.key);
  set("dimensions", std::to_string(model.dimensions));
  set("results version", std::to_string(results_version));
  set("state", std::string(RowFile::state_characters, '0'));
  transaction.commit();
  require_index();
}

ImageIndex::~ImageIndex() = default;

void ImageIndex::require_index() {
  const auto number = [&](const char* pragma) {
    Statement statement(*database_, pragma);
    return statement.step() ? statement.integer(0) : 0;
  };
  require(number("PRAGMA application_id") == application,
          "{} is an SQLite database, but not an index of images", shown(file_));
  const std::int64_t version = number("PRAGMA user_version");
  require(version == format,
          "{} is an index of format {}, this program reads format {}; make the index again", shown(file_),
          version, format);
  const std::string computed = meta("results version");
  require(computed == std::to_string(results_version),
          "{} holds embeddings of another version of this program, which computes them otherwise; make the "
          "index again",
          shown(file_));
  model_.file = meta("model file"), model_.digest = meta("model digest"), model_.key = meta("model key");
  const std::string dimensions = meta("dimensions");
  const char* end = dimensions.data() + dimensions.size();
  const auto parsed = std::from_chars(dimensions.data(), end, model_.dimensions);
  require(parsed.ec == std::errc() && parsed.ptr == end && model_.dimensions > 0 &&
              model_.dimensions <= (1 << 20),
          "{} is damaged: its embeddings have '{}' dimensions; make the index again", shown(file_),
          shown(std::string_view(dimensions)));
}

void ImageIndex::require_model(const IndexedModel& model) const {
  require(model.digest == model_.digest,
          "the index {} holds embeddings of the model {} ({}), which cannot be compared with those of {} "
          "({}); give that model, or make another index with this one",
          shown(file_), shown(model_.file), key_text(model_), shown(model.file), key_text(model));
}

std::string ImageIndex::meta(const char* key) const {
  Statement statement(*database_, "SELECT value FROM meta WHERE key = ?");
  require(statement.with(std::string_view(key)).step(),
          "{} is damaged: it does not say '{}'; make the index again", shown(file_), key);
  return statement.text(0);
}

Index ImageIndex::count() const {
  Statement statement(*database_, "SELECT count(*) FROM embedding");
  statement.step();
  return statement.integer(0);
}

std::vector<IndexedFolder> ImageIndex::folders() const {
  Statement statement(*database_, "SELECT path, labels, ifnull(camera, 0) FROM folder ORDER BY path");
  std::vector<IndexedFolder> folders;
  while (statement.step())
    folders.push_back(
        {statement.text(0), statement.integer(1) != 0, static_cast<int>(statement.integer(2)) - 1});
  return folders;
}

std::optional<IndexedImage> ImageIndex::find(const std::string& path) const {
  Statement statement(*database_, "SELECT path, content, identity, camera FROM image WHERE path = ?");
  if (!statement.with(std::string_view(path)).step()) return {};
  return image_of(statement);
}

std::optional<IndexedImage> ImageIndex::find(std::int64_t id) const {
  Statement statement(*database_, "SELECT path, content, identity, camera FROM image WHERE id = ?");
  if (!statement.with(id).step()) return {};
  return image_of(statement);
}

namespace {

// For "path = ? OR (path > ? AND path < ?)": the path itself, and what is below it, which begins with "PATH/"
// and so is less than "PATH0".
struct Below {
  std::string path, first, beyond;
  explicit Below(const std::string& at) : path(at), first(at.ends_with('/') ? at : at + '/'), beyond(first) {
    beyond.back() = static_cast<char>('/' + 1);
  }
};

}  // namespace

std::vector<std::string> ImageIndex::paths_below(const std::string& path) const {
  const Below below(path);
  Statement statement(*database_,
                      "SELECT path FROM image WHERE path = ? OR (path > ? AND path < ?) ORDER BY path");
  statement.with(std::string_view(below.path), std::string_view(below.first), std::string_view(below.beyond));
  std::vector<std::string> paths;
  while (statement.step()) paths.push_back(statement.text(0));
  return paths;
}

std::optional<std::vector<float>> ImageIndex::embedding_of(const std::string& content, int camera) const {
  Statement statement(*database_,
                      "SELECT vector FROM embedding JOIN image ON image = id WHERE content = ? AND "
                      "ifnull(camera, 0) = ? LIMIT 1");
  if (!statement.with(std::string_view(content), std::int64_t(camera + 1)).step()) return {};
  const std::span<const std::byte> bytes = statement.blob(0);
  if (bytes.size() != static_cast<std::size_t>(model_.dimensions) * sizeof(float)) return {};
  std::vector<float> row(static_cast<std::size_t>(model_.dimensions));
  std::memcpy(row.data(), bytes.data(), bytes.size());
  return row;
}

Index ImageIndex::change(std::span<const Change> changes, std::span<const std::string> remove) {
  if (changes.empty() && remove.empty()) return 0;
  Statement image(*database_,
                  "INSERT INTO image(path, content, identity, camera) VALUES (?, ?, ?, ?) ON CONFLICT(path) "
                  "DO UPDATE SET content = excluded.content, identity = excluded.identity, "
                  "camera = excluded.camera RETURNING id");
  Statement embedding(*database_,
                      "INSERT INTO embedding(image, vector) VALUES (?, ?) ON CONFLICT(image) "
                      "DO UPDATE SET vector = excluded.vector");
  Statement deletion(*database_, "DELETE FROM image WHERE path = ? RETURNING id");
  Transaction transaction(*database_);
  Index removed = 0;
  for (const std::string& path : remove) {
    deletion.with(std::string_view(path));
    while (deletion.step()) ++removed;
    deletion.reset();
  }
  for (const Change& change : changes) {
    const IndexedImage& i = change.image;
    image.with(std::string_view(i.path), std::string_view(i.content), i.identity, column_of(i.camera));
    image.step();
    const std::int64_t id = image.integer(0);
    image.step();  // to its end, which makes the change
    image.reset();
    if (change.embedding.empty()) continue;
    require(static_cast<Index>(change.embedding.size()) == model_.dimensions,
            "an embedding of {} dimensions does not fit the index {} of {}", change.embedding.size(),
            shown(file_), model_.dimensions);
    embedding.with(id, bytes_of(change.embedding)).run();
  }
  transaction.commit();
  return removed;
}

void ImageIndex::put_folder(const IndexedFolder& folder) {
  const Below below(folder.path);
  Transaction transaction(*database_);
  Statement(*database_, "DELETE FROM folder WHERE path > ? AND path < ?")
      .with(std::string_view(below.first), std::string_view(below.beyond))
      .run();
  Statement(*database_, "INSERT OR REPLACE INTO folder VALUES (?, ?, ?)")
      .with(std::string_view(folder.path), std::int64_t(folder.labels), column_of(folder.camera))
      .run();
  transaction.commit();
}

void ImageIndex::remove_folders(const std::string& path) {
  const Below below(path);
  Transaction transaction(*database_);
  Statement(*database_, "DELETE FROM folder WHERE path = ? OR (path > ? AND path < ?)")
      .with(std::string_view(below.path), std::string_view(below.first), std::string_view(below.beyond))
      .run();
  transaction.commit();
}

}  // namespace triptych
