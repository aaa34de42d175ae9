#include "engine/nccl/nccl.h"

#include <dlfcn.h>

#include <vector>

#include "engine/device_report.h"
#include "engine/error.h"
#include "engine/nccl/interface.h"
#include "kernels/kernels.h"
#include "kernels/module_file.h"

namespace triptych {
namespace {

constexpr const char* module_name = "communicator_nccl.so";

// Null, and the reason in `why`, where it is not there or libnccl is not.
const nccl::Module* open_module(std::string& why) {
  const std::string path = find_module(module_name);
  if (path.empty()) {
    why = fmt::format("{} is not beside this program: it was built without nvcc or nccl.h", module_name);
    return nullptr;
  }
  void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!module) {
    why = fmt::format("the NCCL module does not open: {}", dlerror());
    return nullptr;
  }
  using Entry = const nccl::Module* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(module, nccl::entry));
  if (entry && entry()->interface == nccl::interface_number) return entry();
  why = path + " is of another build than this program: run 'make' again, or install both together";
  return nullptr;
}

class Nccl final : public DeviceSums {
 public:
  Nccl(const nccl::Module& module, std::shared_ptr<Communicator> ranks)
      : module_(module), ranks_(std::move(ranks)) {}

  std::string name() const override { return module_.library(); }

  // What NCCL moves is not seen here; around a ring each rank receives 2 n (1 - 1 / ranks) elements.
  void add_up(Traffic kind, const Device& device, Real* x, Index n) override {
    const auto ranks = static_cast<double>(ranks_->ranks());
    ranks_->count(kind, 2 * static_cast<double>(n) * sizeof(float) * (1 - 1 / ranks));
    check(device, module_.add_up(reinterpret_cast<float*>(x), n, queue(device)));
  }
  void all_gather(Traffic kind, const Device& device, Real* x, std::span<const Index> starts) override {
    const auto rank = static_cast<std::size_t>(ranks_->rank());
    ranks_->count(kind, static_cast<double>(starts.back() - starts[rank + 1] + starts[rank]) * sizeof(float));
    check(device, module_.all_gather(reinterpret_cast<float*>(x), starts.data(), queue(device)));
  }
  void finish() override { module_.finish(); }

 private:
  void* queue(const Device& device) const {
    void* stream = device.kernels().queue(device.context());
    throw_report(device.context());
    return stream;
  }
  void check(const Device& device, bool good) const {
    require(good, "the device '{}' reports: {}", device.name(), module_.message());
  }

  const nccl::Module& module_;
  std::shared_ptr<Communicator> ranks_;
};

}  // namespace

std::shared_ptr<DeviceSums> start_nccl(const Device& device, std::shared_ptr<Communicator> ranks,
                                       std::string& why) {
  const nccl::Module* module = open_module(why);
  // Every rank learns whether all can, and why one of them cannot.
  const auto agree = [&] {
    for (const std::string& reason : ranks->gather(why))
      if (!reason.empty()) return why = reason, false;
    return true;
  };
  if (!agree()) return nullptr;
  device.kernels().queue(device.context());  // chooses the GPU
  throw_report(device.context());
  std::string id(nccl::id_bytes, '\0');
  if (ranks->leads() && !module->make_id(id.data())) why = module->message();
  id = ranks->broadcast(id);
  if (!agree()) return nullptr;
  if (!module->start(id.data(), static_cast<int>(ranks->rank()), static_cast<int>(ranks->ranks())))
    why = module->message();
  return agree() ? std::make_shared<Nccl>(*module, std::move(ranks)) : nullptr;
}

}  // namespace triptych
