#include "kernels/backends.h"

#include <doctest/doctest.h>

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/complete.h"
#include "kernels/context.h"

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

TEST_CASE("backends: every kernel of the list is there") {
  for (const Backend& backend : backends()) {
    if (!backend.kernels) continue;
    std::vector<const char*> missing;
#define KERNEL(result, kernel, parameters) \
  if (!backend.kernels->kernel) missing.push_back(#kernel);
#include "kernels/list.h"
    // The CUDA kernels (and those that execute them) may come later than the processor's.
    const bool later = backend.name != "reference" && backend.name != "cpu";
    for (const char* kernel : missing)
      if (later)
        MESSAGE("SKIPPED: device ", backend.name, " has no kernel ", kernel);
      else
        FAIL_CHECK("device ", backend.name, " has no kernel ", kernel);
  }
}

namespace {
struct Throw {
  [[noreturn]] static void missing(const Context&, const char* kernel) { throw std::runtime_error(kernel); }
};
}  // namespace

TEST_CASE(
    "backends: a kernel that a backend does not have is called by its name, never through a null pointer") {
  Kernels table = reference::kernels;
  table.softmax_forward = nullptr;
  table.allocate = nullptr;
  const Kernels whole = complete<Throw>(table);
  const bool kept = whole.gemm == table.gemm;
  CHECK(kept);
  Context context;
  CHECK_THROWS_WITH(whole.softmax_forward(context, 1, 1, nullptr, nullptr), "softmax_forward");
  CHECK_THROWS_WITH(whole.allocate(context, 1), "allocate");
}

TEST_CASE("backends: a name is listed or not") {
  constexpr const char* names[] = {"", "softplus", "gemm"};
  CHECK(is_listed(names, "gemm"));
  CHECK_FALSE(is_listed(names, "gem"));
  CHECK_FALSE(is_listed(names, "gemm_"));
  CHECK_FALSE(is_listed(names, "softplus_forward"));
}
