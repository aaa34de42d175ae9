#include "engine/device.h"

#include <algorithm>
#include <charconv>

#include "engine/device_report.h"
#include "engine/error.h"
#include "kernels/backends.h"
#include "kernels/complete.h"

namespace triptych {
namespace {

struct DeviceName {
  std::string backend;
  int ordinal = 0;
};

// "cuda:1" -> cuda, 1. Only GPUs are numbered.
DeviceName parse(const std::string& name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos) return {name};
  DeviceName result{name.substr(0, colon)};
  const char *begin = name.data() + colon + 1, *end = name.data() + name.size();
  const auto [rest, problem] = std::from_chars(begin, end, result.ordinal);
  require(problem == std::errc() && rest == end && result.ordinal >= 0,
          "the device '{}' has no number after the colon; say cuda, or cuda:1 for the second GPU", name);
  require(result.backend != "reference" && result.backend != "cpu",
          "the device '{}' does not exist: there is one processor; say '{}', and --threads N for its cores",
          name, result.backend);
  return result;
}

constexpr const char* gemm_names[] = {"own", "cublas", "tf32", "bf16"};  // of Gemm

struct MissingKernel {
  [[noreturn]] static void missing(const Context& context, const char* kernel) {
    fail("the device '{}' has no kernel '{}'; run this on another device", context.device, kernel);
  }
};

}  // namespace

Device::State::State(const Backend& found, std::string as, int ordinal)
    : name(std::move(as)),
      backend(found.name),
      kernels(std::make_unique<const Kernels>(complete<MissingKernel>(*found.kernels))),
      pool(*kernels, context) {
  context.ordinal = ordinal;
  context.device = name.c_str();
}

Device::State::~State() = default;

Device Device::open(const std::string& name) {
  const DeviceName wanted = parse(name);
  const Backend* backend = find_backend(wanted.backend);
  if (!backend)
    fail("there is no device '{}'; --device takes one of: {}", name, fmt::join(backend_names(), ", "));
  require(backend->kernels, "the device '{}' is not there: {}", name, backend->description);
  Device device(std::make_shared<State>(*backend, name, wanted.ordinal));
  if (wanted.ordinal > 0) {  // the first one was found by the backend; this one may not exist
    void* probe = device.kernels().allocate(device.context(), 1);
    device.synchronise();
    device.kernels().release(device.context(), probe);
    device.hand_over();
  }
  return device;
}

void Device::fail_without_device() {
  fail("no device was opened: Device::open(\"cpu\") returns one");
}

void Device::fail_mixed(const Device& other, const std::string& op) const {
  if (name() == other.name())
    fail("{} was given tensors of two devices that were both opened as '{}'; open one and pass it on", op,
         name());
  fail("{} was given tensors of two devices, '{}' and '{}'", op, name(), other.name());
}

void Device::claim() const {
  const void* owner = nullptr;
  if (!state_->owner.compare_exchange_strong(owner, this_thread(), std::memory_order_acquire))
    fail(
        "the device '{}' was used by a second thread; open a device for each thread, or call hand_over() in "
        "the first one when it is done",
        state_->name);
}

void Device::hand_over() const {
  state().owner.store(nullptr, std::memory_order_release);
}

void Device::shrink() const {
  synchronise();
  pool().release_unused();
  context().scratch.shrink();
}

void Device::use_threads(int threads) const {
  require(threads >= 1, "a device computes with 1 thread or more, not {}", threads);
  context().threads = threads;
}

void Device::use_gemm(const std::string& choice) const {
  const auto found = std::ranges::find(gemm_names, choice);
  require(found != std::end(gemm_names), "--gemm {} is unknown; say {}", choice, fmt::join(gemm_names, ", "));
  const auto gemm = static_cast<Gemm>(found - std::begin(gemm_names));
  const std::string& backend = state().backend;
  const bool on_card = backend == "cuda" || backend == "fake-cuda";
  require(gemm != Gemm::cublas || on_card,
          "--gemm cublas needs --device cuda; the device '{}' multiplies with its own kernels", name());
  require(gemm == Gemm::own || on_card || backend == "emulator" || backend == "ptx",
          "--gemm {} is for tensor cores, which --device cuda, emulator and ptx have; the device '{}' "
          "multiplies in float",
          choice, name());
  context().gemm = gemm;
}

std::string Device::gemm() const {
  return gemm_names[static_cast<std::size_t>(context().gemm)];
}

void Device::synchronise() const {
  kernels().synchronise(context());
  throw_report(context());
}

void throw_report(Context& context) {
  if (context.error.empty()) return;
  const std::string what = std::move(context.error);
  context.error.clear();
  fail("the device '{}' reports: {}", context.device, what);
}

}  // namespace triptych
