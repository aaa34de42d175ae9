#pragma once
#include <cstdint>

namespace triptych {

// What search_faiss.so offers: FAISS behind functions of plain types, so that the program builds and runs
// without it. Functions that can fail return null or false, and message() says why.
struct FaissTable {
  int version;  // faiss_interface of its build
  const char* (*name)();
  const char* (*message)();
  void (*use_threads)(int threads);

  // All rows [count, size], searched exhaustively.
  void* (*flat)(std::int64_t count, std::int64_t size, const float* rows);
  // Inverted lists (IVF): k-means of a sample makes `lists` cells. A search looks into the nearest `probes`
  // of them alone.
  void* (*train)(std::int64_t size, std::int64_t lists, std::int64_t count, const float* sample);
  bool (*add)(void* index, std::int64_t count, const float* rows);
  bool (*save)(void* index, const char* path);
  void* (*open)(const char* path);  // its lists are mapped, not read
  std::int64_t (*rows)(void* index);
  // Squared L2 distances and rows [queries, top], nearest first; row -1 where there are fewer.
  bool (*search)(void* index, std::int64_t probes, std::int64_t queries, const float* query, std::int64_t top,
                 float* distances, std::int64_t* rows);
  void (*close)(void* index);
};
inline constexpr int faiss_interface = 1;
inline constexpr const char* faiss_door = "triptych_faiss";  // extern "C" const FaissTable*()

}  // namespace triptych
