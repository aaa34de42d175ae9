#include "engine/device.h"

#include "tests/engine/helpers.h"

using namespace triptych;

// The last test asks for more memory than there is; the sanitizers would end the program there and then. The
// names are theirs.
extern "C" const char* __asan_default_options() {
  return "allocator_may_return_null=1";
}
extern "C" const char* __tsan_default_options() {
  return "allocator_may_return_null=1";
}

TEST_CASE("a device is opened by name, once") {
  CHECK(&Device::open("reference") == &Device::open("reference"));
  CHECK(Device::open("reference").name() == "reference");
  CHECK(contains(message_of([] { Device::open("tpu"); }),
                 "there is no device 'tpu'; --device takes one of: reference, cpu"));
  for (const Backend& backend : backends())
    if (!backend.kernels)
      CHECK(contains(message_of([&] { Device::open(backend.name); }),
                     "the device '" + backend.name + "' is not there: "));
}

TEST_CASE("a GEMM that the device does not have is an Error, not another GEMM") {
  Device& device = Device::open("reference");
  device.use_gemm("own");
  CHECK(contains(message_of([&] { device.use_gemm("cublas"); }), "--gemm cublas needs --device cuda"));
  CHECK(contains(message_of([&] { device.use_gemm("mkl"); }), "say own or cublas"));
  CHECK_FALSE(device.context().library_gemm);
}

TEST_CASE("what a device reports becomes an Error, once") {
  Device& device = Device::open("reference");
  device.context().error = "a bit has fallen over";
  CHECK(contains(message_of([&] { device.synchronise(); }),
                 "the device 'reference' reports: a bit has fallen over"));
  CHECK(message_of([&] { device.synchronise(); }).empty());
}

TEST_CASE("the pool gives memory again, aligned, and counts") {
  for (Device* device : devices()) {
    StoragePool pool(device->kernels(), device->context());
    const StoragePool::Block a = pool.take(1000), b = pool.take(100);
    CHECK(reinterpret_cast<std::uintptr_t>(a.memory) % 64 == 0);
    CHECK(a.memory != b.memory);
    CHECK(pool.bytes_in_use() == a.bytes + b.bytes);
    CHECK(pool.system_allocations() == 2);
    pool.give_back(a);
    const StoragePool::Block large = pool.take(100000), smaller = pool.take(900);
    CHECK(large.memory != a.memory);    // a is too small for it
    CHECK(smaller.memory == a.memory);  // a is a little too large: good enough
    CHECK(pool.system_allocations() == 3);
    CHECK(pool.take(0).memory == nullptr);
    CHECK(pool.peak_bytes() == pool.bytes_in_use());
    for (const StoragePool::Block& block : {b, large, smaller}) pool.give_back(block);
    CHECK(pool.bytes_in_use() == 0);
    CHECK(pool.peak_bytes() > 100000);
  }
}

TEST_CASE("memory that is not there is an Error that says what to do") {
  Device& device = Device::open("reference");
  const std::string message = message_of([&] { Tensor(device, {Index(1) << 50}); });
  CHECK(contains(message, "out of memory on the device 'reference'"));
  CHECK(contains(message, "use smaller batches"));
}
