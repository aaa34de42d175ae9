#include "engine/device.h"

#include <memory>

#include "engine/error.h"

namespace triptych {

StoragePool::Block StoragePool::take(std::size_t bytes) {
  constexpr std::size_t granule = 256;
  bytes = (bytes + granule - 1) / granule * granule;
  Block block{nullptr, bytes};
  // A block up to a quarter too large is better than a new one.
  if (const auto found = unused_.lower_bound(bytes);
      found != unused_.end() && found->first <= bytes + bytes / 4) {
    block = {found->second, found->first};
    unused_.erase(found);
  } else {
    if (bytes > 0) block.memory = kernels_.allocate(context_, bytes);
    if (bytes > 0 && !block.memory) {
      release_unused();
      block.memory = kernels_.allocate(context_, bytes);
    }
    require(bytes == 0 || block.memory,
            "out of memory on the device '{}': {} MiB are in use and {} MiB more were asked for; "
            "use smaller batches (--people, --crop) or another device",
            kernels_.name, in_use_ >> 20, bytes >> 20);
    ++allocations_;
  }
  in_use_ += block.bytes;
  if (in_use_ > peak_) peak_ = in_use_;
  return block;
}

void StoragePool::give_back(Block block) {
  in_use_ -= block.bytes;
  unused_.emplace(block.bytes, block.memory);
}

void StoragePool::release_unused() {
  for (const auto& [bytes, memory] : unused_)
    if (memory) kernels_.release(context_, memory);
  unused_.clear();
}

Device::Device(const Backend& backend)
    : name_(backend.name), kernels_(*backend.kernels), pool_(kernels_, context_) {}

Device& Device::open(const std::string& name) {
  static std::map<std::string, std::unique_ptr<Device>> devices;
  if (const auto found = devices.find(name); found != devices.end()) return *found->second;
  const Backend* backend = find_backend(name);
  if (!backend)
    fail("there is no device '{}'; --device takes one of: {}", name, fmt::join(backend_names(), ", "));
  require(backend->kernels, "the device '{}' is not there: {}", name, backend->description);
  return *(devices[name] = std::unique_ptr<Device>(new Device(*backend)));
}

void Device::use_gemm(const std::string& choice) {
  require(choice == "own" || choice == "cublas", "--gemm {} is unknown; say own or cublas", choice);
  require(choice == "own" || name_ == "cuda",
          "--gemm cublas needs --device cuda; the device '{}' multiplies with its own kernels", name_);
  context_.library_gemm = choice == "cublas";
}

void Device::synchronise() {
  kernels_.synchronise(context_);
  if (context_.error.empty()) return;
  const std::string what = std::move(context_.error);
  context_.error.clear();
  fail("the device '{}' reports: {}", name_, what);
}

}  // namespace triptych
