// The only source that includes FAISS (Johnson, Douze & Jegou 2019); compiled into search_faiss.so where its
// headers are found.
#include <faiss/IndexFlat.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/index_io.h>
#include <omp.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <string>

#include "reid/search/faiss/interface.h"

namespace triptych {
namespace {

std::string last_message;

// body(), or a value that says that it failed.
template <class Body, class Value>
Value attempt(Body body, Value failed) {
  try {
    return body();
  } catch (const std::exception& error) {
    last_message = error.what();
    return failed;
  }
}

faiss::Index* of(void* index) {
  return static_cast<faiss::Index*>(index);
}

void* flat(std::int64_t count, std::int64_t size, const float* rows) {
  return attempt(
      [&]() -> void* {
        auto index = std::make_unique<faiss::IndexFlatL2>(size);
        index->add(count, rows);
        return index.release();
      },
      static_cast<void*>(nullptr));
}

void* train(std::int64_t size, std::int64_t lists, std::int64_t count, const float* sample) {
  return attempt(
      [&]() -> void* {
        auto quantizer = std::make_unique<faiss::IndexFlatL2>(size);
        auto index = std::make_unique<faiss::IndexIVFFlat>(quantizer.get(), static_cast<std::size_t>(size),
                                                           static_cast<std::size_t>(lists));
        quantizer.release();
        index->own_fields = true;
        index->cp.min_points_per_centroid = 1;  // small galleries are no reason for a warning
        index->train(count, sample);
        return index.release();
      },
      static_cast<void*>(nullptr));
}

bool add(void* index, std::int64_t count, const float* rows) {
  return attempt([&] { return of(index)->add(count, rows), true; }, false);
}

bool save(void* index, const char* path) {
  return attempt([&] { return faiss::write_index(of(index), path), true; }, false);
}

void* open(const char* path) {
  return attempt([&]() -> void* { return faiss::read_index(path, faiss::IO_FLAG_MMAP); },
                 static_cast<void*>(nullptr));
}

bool search(void* index, std::int64_t probes, std::int64_t queries, const float* query, std::int64_t top,
            float* distances, std::int64_t* rows) {
  return attempt(
      [&] {
        if (auto* lists = dynamic_cast<faiss::IndexIVFFlat*>(of(index)))
          lists->nprobe = static_cast<std::size_t>(
              std::clamp<std::int64_t>(probes, 1, static_cast<std::int64_t>(lists->nlist)));
        return of(index)->search(queries, query, top, distances, rows), true;
      },
      false);
}

const FaissTable table = {
    faiss_interface,
    [] {
      static const std::string name = "FAISS " + std::to_string(FAISS_VERSION_MAJOR) + "." +
                                      std::to_string(FAISS_VERSION_MINOR) + "." +
                                      std::to_string(FAISS_VERSION_PATCH);
      return name.c_str();
    },
    [] { return last_message.c_str(); },
    [](int threads) { omp_set_num_threads(threads); },
    flat,
    train,
    add,
    save,
    open,
    [](void* index) -> std::int64_t { return of(index)->ntotal; },
    search,
    [](void* index) { delete of(index); },
};

}  // namespace
}  // namespace triptych

extern "C" const triptych::FaissTable* triptych_faiss() {
  return &triptych::table;
}
