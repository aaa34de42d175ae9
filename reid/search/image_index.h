#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reid/search/nearest.h"
#include "reid/search/row_file.h"
#include "reid/search/sqlite.h"

namespace triptych {

// Which model the embeddings of an index are of.
struct IndexedModel {
  std::filesystem::path file;  // where it was when the index was made
  std::string digest;          // SHA-256 of the file's bytes: this decides
  std::string key;             // of the inputs of its training (Model::key); empty: unknown
  Index dimensions = 0;
};
// Reads the file once more for its digest.
IndexedModel indexed_model(const std::filesystem::path& file, const std::string& key, Index dimensions);

struct IndexedImage {
  std::string path;                     // absolute
  std::string content;                  // SHA-256 of the file's bytes, in hexadecimal
  std::optional<std::string> identity;  // as the layout names it; nothing: unknown, or a distractor
  int camera = -1;                      // 0, 1, ...; -1: unknown
};

// What `update` looks through: a folder, or an image.
struct IndexedFolder {
  std::string path;    // absolute
  bool labels = true;  // identities and cameras are taken from the folder's layout
  int camera = -1;     // which took all of its images, whatever the layout says; -1: nothing is said
};

// Embeddings of images with what is known of each, in an SQLite database:
//
//   meta(key, value)       "model file", "model digest", "model key", "dimensions", "results version",
//                          "state"
//   image(id, path, content, identity, camera)   path is unique; camera from 1, NULL: unknown
//   embedding(image, vector)                     image is an id; float32, little-endian
//   folder(path, labels, camera)                 what `update` looks through
//
// Triggers draw a new "state" for every change, whichever program makes it, so that a row file (row_file.h)
// of an earlier state is recognised. RowSource of a search are images in the order of their ids.
//
// A change is a transaction: after a kill or a power cut the database holds all transactions that were
// committed. One process writes at a time; any number read.
class ImageIndex {
 public:
  // An existing index. `write`: an index that another process is writing is an Error. A file that is no
  // index, one of another version of this program and one with embeddings that it computes otherwise:
  // Error.
  enum class Access { read, write };
  ImageIndex(const std::filesystem::path& file, Access access);
  // For writing; made if `file` does not exist or is empty. An existing index of another model is an Error.
  ImageIndex(const std::filesystem::path& file, const IndexedModel& model);
  ~ImageIndex();

  const std::filesystem::path& file() const { return file_; }
  const IndexedModel& model() const { return model_; }
  // An Error unless `model` is the one whose embeddings the index holds.
  void require_model(const IndexedModel& model) const;

  Index count() const;  // of images
  std::vector<IndexedFolder> folders() const;
  std::optional<IndexedImage> find(const std::string& path) const;
  std::optional<IndexedImage> find(std::int64_t id) const;
  // Paths of all images at `path` and below it, sorted.
  std::vector<std::string> paths_below(const std::string& path) const;
  // An embedding of an image with this content from this camera: embedding it again gives the same.
  std::optional<std::vector<float>> embedding_of(const std::string& content, int camera) const;

  struct Change {
    IndexedImage image;
    std::vector<float> embedding;  // empty: as it is, only the other columns change
  };
  // One transaction: takes out the images at these paths, and adds the others or replaces what the index
  // holds for their paths. Returns how many were taken out.
  Index change(std::span<const Change> changes, std::span<const std::string> remove);
  void put_folder(const IndexedFolder& folder);  // takes the place of those below it
  void remove_folders(const std::string& path);  // there and below

  // The embeddings for a search: mapped from the row file, which is made when it is missing or does not fit
  // the index. Where it cannot be written, the rows are read from the database, which takes longer;
  // `warn` is told why.
  struct Searchable {
    std::unique_ptr<RowSource> rows;
    std::vector<std::int64_t> ids;  // of the rows; empty: row_file has them
    const RowFile* row_file = nullptr;
    std::string state;
    std::int64_t id(Index row) const {
      return row_file ? row_file->id(row) : ids[static_cast<std::size_t>(row)];
    }
  };
  Searchable searchable(const std::function<void(const std::string&)>& warn = {}) const;
  std::filesystem::path row_file_path() const;

 private:
  struct Lock;
  void require_index();
  void load_model_of_index();
  std::string meta(const char* key) const;

  std::filesystem::path file_;
  std::unique_ptr<Lock> lock_;  // closed after the database: see the .cpp file
  std::unique_ptr<Database> database_;
  IndexedModel model_;
};

}  // namespace triptych
