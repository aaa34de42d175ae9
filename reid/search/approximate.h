#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "reid/search/faiss/interface.h"
#include "reid/search/row_file.h"

namespace triptych {

// The module search_faiss.so, which a build has where libfaiss-dev is installed. Null: `why` says what is
// missing.
const FaissTable* open_faiss(std::string& why);

// An approximate search by inverted lists, for galleries that an exhaustive search is too slow for: k-means
// makes about sqrt(n) cells of the rows, and a search looks into the nearest `probes` cells alone. What it
// finds has exact distances in the exact order (nearest_rows); what it misses, recall says.
class ApproximateIndex {
 public:
  // The lists beside a row file, in FILE.faiss; made when they are missing or are of another state. Without
  // FAISS: Error.
  ApproximateIndex(const RowFile& rows, const std::filesystem::path& row_file, const std::string& state,
                   const Device& device);
  ~ApproximateIndex();

  std::vector<std::vector<NearRow>> nearest(std::span<const float> queries, Index top, Index probes) const;
  // The share of the `top` nearest that is found, over 100 rows of the gallery as queries, each without
  // itself.
  double recall(Index top, Index probes) const;

 private:
  void make(const std::filesystem::path& path) const;

  const RowFile& rows_;
  Device device_;
  const FaissTable* faiss_;
  void* index_ = nullptr;
};

}  // namespace triptych
