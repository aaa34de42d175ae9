#include "kernels/backends.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstring>
#include <set>
#include <string>

using namespace triptych;

TEST_CASE("backends: the reference is there, names are unique, and each says what it is") {
  std::set<std::string> names;
  for (const Backend& backend : backends()) {
    CAPTURE(backend.name);
    CHECK(names.insert(backend.name).second);
    CHECK(!backend.description.empty());
    if (backend.kernels) {
      CHECK(backend.name == backend.kernels->name);
      MESSAGE("device ", backend.name, ": ", backend.description);
    } else {
      MESSAGE("SKIPPED: device ", backend.name, " is not there: ", backend.description);
    }
  }
  REQUIRE(!backends().empty());
  CHECK(backends().front().kernels == &reference::kernels);
}

// A kernel that was forgotten would be a null pointer, found only by who calls it.
TEST_CASE("backends: every kernel of the struct is filled") {
  using Pointer = void (*)();
  static_assert(sizeof(Kernels) % sizeof(Pointer) == 0 && sizeof(Pointer) == sizeof(void*));
  for (const Backend& backend : backends()) {
    if (!backend.kernels) continue;
    for (std::size_t at = offsetof(Kernels, allocate); at < sizeof(Kernels); at += sizeof(Pointer)) {
      Pointer pointer;
      std::memcpy(&pointer, reinterpret_cast<const char*>(backend.kernels) + at, sizeof pointer);
      const bool filled = pointer != nullptr;
      CHECK_MESSAGE(filled, backend.name, ": member ", at / sizeof(Pointer), " of Kernels is null");
    }
  }
}
