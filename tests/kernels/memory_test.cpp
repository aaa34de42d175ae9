#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "kernels/context.h"
#include "kernels/kernels.h"
#include "tests/devices.h"

using namespace triptych;

// The sanitizers end the program when an allocation fails, unless they are told that failing is what a test
// is about.
extern "C" const char* __asan_default_options() {
  return "allocator_may_return_null=1";
}
extern "C" const char* __tsan_default_options() {
  return "allocator_may_return_null=1";
}

// The memory kernels are what the harness itself stands on, so they are tested without it.
TEST_CASE("memory: what is copied in comes out, within the device and at odd sizes") {
  for (const Backend* device : test::devices_under_test()) {
    const Backend& backend = *device;
    const Kernels& k = *backend.kernels;
    CAPTURE(backend.name);
    Context context;
    for (const std::size_t bytes :
         {std::size_t(1), std::size_t(63), std::size_t(64), std::size_t(65), std::size_t(100003)}) {
      CAPTURE(bytes);
      std::vector<std::uint8_t> sent(bytes), received(bytes, 0);
      for (std::size_t i = 0; i < bytes; ++i) sent[i] = static_cast<std::uint8_t>(i * 37 + 11);
      void *a = k.allocate(context, bytes), *b = k.allocate(context, bytes);
      REQUIRE(a != nullptr);
      REQUIRE(b != nullptr);
      CHECK(reinterpret_cast<std::uintptr_t>(a) % 64 == 0);
      CHECK(reinterpret_cast<std::uintptr_t>(b) % 64 == 0);
      k.copy_in(context, a, sent.data(), bytes);
      k.copy(context, b, a, bytes);
      k.copy_out(context, received.data(), b, bytes);
      k.synchronise(context);
      CHECK(sent == received);
      k.release(context, a);
      k.release(context, b);
    }
    CHECK(context.error.empty());
  }
}

TEST_CASE("memory: nothing is copied from and to nowhere, and releasing nothing is allowed") {
  for (const Backend* device : test::devices_under_test()) {
    const Backend& backend = *device;
    const Kernels& k = *backend.kernels;
    Context context;
    k.copy_in(context, nullptr, nullptr, 0);
    k.copy(context, nullptr, nullptr, 0);
    k.copy_out(context, nullptr, nullptr, 0);
    k.fill(context, 0, 1, nullptr);
    k.release(context, nullptr);
    k.synchronise(context);
    CHECK(context.error.empty());
  }
}

TEST_CASE("memory: more than there is gives null, not a crash") {
  for (const Backend* device : test::devices_under_test()) {
    const Backend& backend = *device;
    CAPTURE(backend.name);
    Context context;
    CHECK(backend.kernels->allocate(context, std::numeric_limits<std::size_t>::max() / 2) == nullptr);
    CHECK(backend.kernels->allocate(context, std::numeric_limits<std::size_t>::max()) == nullptr);
  }
}
