#include "engine/device.h"

#include <thread>

#include "kernels/backends.h"
#include "kernels/kernels.h"
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

TEST_CASE("a device is opened by name, as often as one likes") {
  const Device one = Device::open("reference"), other = Device::open("reference"), handle = one;
  CHECK(one == handle);
  CHECK_FALSE(one == other);
  CHECK(one.name() == "reference");
  handle.use_threads(3);
  CHECK(one.context().threads == 3);
  CHECK(other.context().threads == 1);
  CHECK(contains(message_of([] { Device::open("tpu"); }),
                 "there is no device 'tpu'; --device takes one of: reference, cpu"));
  for (const Backend& backend : backends())
    if (!backend.kernels)
      CHECK(contains(message_of([&] { Device::open(backend.name); }),
                     "the device '" + backend.name + "' is not there: "));
}

TEST_CASE("GPUs have numbers, processors have none") {
  CHECK(contains(message_of([] { Device::open("cpu:1"); }), "the device 'cpu:1' does not exist"));
  CHECK(contains(message_of([] { Device::open("reference:0"); }), "say 'reference'"));
  for (const char* name : {"cuda:", "cuda:x", "cuda:1x", "cuda:-1"})
    CHECK(contains(message_of([&] { Device::open(name); }), "has no number after the colon"));
  CHECK(contains(message_of([] { Device::open("tpu:1"); }), "there is no device 'tpu:1'"));
  const Backend* emulator = find_backend("emulator");
  if (!emulator->kernels) return;
  const Device second = Device::open("emulator:1");  // the emulator seems to have two
  CHECK(second.name() == "emulator:1");
  CHECK(Tensor::filled(second, {2}, 3).values() == std::vector<Real>{3, 3});
  CHECK(contains(message_of([] { Device::open("emulator:7"); }),
                 "the device 'emulator:7' reports: choosing the GPU: "));
}

TEST_CASE("a device that was not opened is an Error") {
  const Device none;
  CHECK_FALSE(static_cast<bool>(none));
  CHECK(contains(message_of([&] { Tensor::zeros(none, {1}); }), "no device was opened"));
}

TEST_CASE("tensors keep their device") {
  Tensor x;
  {
    const Device device = Device::open("reference");
    x = Tensor::filled(device, {2}, 7);
  }
  CHECK(x.values() == std::vector<Real>{7, 7});
  CHECK(x.device().name() == "reference");
}

TEST_CASE("tensors of two devices do not mix, though these have one name; copy_from copies between them") {
  const Device one = Device::open("reference"), other = Device::open("reference");
  const Tensor a = Tensor::filled(one, {2}, 1), b = Tensor::filled(other, {2}, 2);
  CHECK(message_of([&] { add(a, b); }) ==
        "add was given tensors of two devices that were both opened as 'reference'; open one and pass it on");
  a.copy_from(b);
  CHECK(a.values() == std::vector<Real>{2, 2});
}

TEST_CASE("a device that two threads use is an Error, until the first hands it over") {
  const Device device = Device::open("reference");
  const Tensor x = Tensor::filled(device, {1}, 1);
  const auto in_another_thread = [&] {
    std::string message;
    std::thread([&] { message = message_of([&] { add(x, x); }); }).join();
    return message;
  };
  CHECK(
      contains(in_another_thread(), "the device 'reference' was used by a second thread; open a device for"));
  device.hand_over();
  CHECK(in_another_thread().empty());
  CHECK(contains(message_of([&] { add(x, x); }), "a second thread"));  // now it is the other's
}

TEST_CASE("a GEMM that the device does not have is an Error, not another GEMM") {
  Device device = Device::open("reference");
  device.use_gemm("own");
  CHECK(contains(message_of([&] { device.use_gemm("cublas"); }), "--gemm cublas needs --device cuda"));
  CHECK(contains(message_of([&] { device.use_gemm("tf32"); }),
                 "--gemm tf32 is for tensor cores, which --device cuda, emulator and ptx have; the device "
                 "'reference' multiplies in float"));
  CHECK(contains(message_of([&] { device.use_gemm("mkl"); }), "say own, cublas, tf32, bf16"));
  CHECK(device.context().gemm == Gemm::own);
  CHECK(device.gemm() == "own");
}

TEST_CASE("what a device reports becomes an Error, once") {
  Device device = Device::open("reference");
  device.context().error = "a bit has fallen over";
  CHECK(contains(message_of([&] { device.synchronise(); }),
                 "the device 'reference' reports: a bit has fallen over"));
  CHECK(message_of([&] { device.synchronise(); }).empty());
}

TEST_CASE("the pool gives memory again, aligned, and counts") {
  for (const Device& device : devices()) {
    StoragePool pool(device.kernels(), device.context());
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

TEST_CASE("a pool shrinks: when told to, and by what has long not been taken") {
  for (const Device& device : devices()) {
    StoragePool pool(device.kernels(), device.context());
    pool.give_back(pool.take(1 << 20));
    CHECK(pool.bytes_held() == 1 << 20);
    pool.release_unused();
    CHECK(pool.bytes_held() == 0);

    pool.give_back(pool.take(1 << 20));
    for (std::uint64_t i = 0; i < 2 * StoragePool::patience; ++i) pool.give_back(pool.take(256));
    CHECK(pool.bytes_held() == 256);
    CHECK(pool.system_allocations() == 3);  // the small block, which was taken all the time, was kept
  }
}

TEST_CASE("a device shrinks: memory that no tensor holds, and scratch") {
  const Device device = Device::open("reference");
  const Tensor kept = Tensor::filled(device, {64}, 5);
  Tensor::zeros(device, {1 << 16});
  {
    ScratchScope scope(device.context().scratch);
    device.context().scratch.take<Real>(1 << 20);
  }
  device.shrink();
  CHECK(device.pool().bytes_held() == device.pool().bytes_in_use());
  CHECK(device.context().scratch.bytes_held() == 0);
  CHECK(kept.values()[63] == 5);
}

TEST_CASE("a device without memory after an error reports the error, not a lack of memory") {
  Kernels kernels = reference::kernels;
  kernels.allocate = [](Context& context, std::size_t) -> void* {
    context.error = "kernel blur: an illegal memory access";
    return nullptr;
  };
  Context context;
  context.device = "card";
  StoragePool pool(kernels, context);
  CHECK(message_of([&] { pool.take(1024); }) ==
        "the device 'card' reports: kernel blur: an illegal memory access");
  CHECK(context.error.empty());
}

TEST_CASE("memory that is not there is an Error that says what to do") {
  Device device = Device::open("reference");
  const std::string message = message_of([&] { Tensor(device, {Index(1) << 50}); });
  CHECK(contains(message, "out of memory on the device 'reference'"));
  CHECK(contains(message, "use smaller batches"));
}
