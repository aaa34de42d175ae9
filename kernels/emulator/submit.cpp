#include "kernels/emulator/submit.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <mutex>

#include "kernels/emulator/block.h"
#include "kernels/emulator/errors.h"
#include "kernels/emulator/findings.h"
#include "kernels/emulator/launch.h"
#include "kernels/emulator/launch_log.h"
#include "kernels/emulator/launches.h"
#include "kernels/emulator/memory.h"
#include "kernels/emulator/sanitizer.h"
#include "kernels/emulator/streams.h"
#include "kernels/emulator/symbols.h"

namespace triptych::emulator {
namespace {

std::mutex allowed_mutex;
std::map<const void*, std::size_t> allowed;  // dynamic shared memory of a kernel, beyond the default limit

std::size_t allowed_shared(const void* function) {
  const std::lock_guard lock(allowed_mutex);
  const auto found = allowed.find(function);
  return found == allowed.end() ? shared_limit : found->second;
}

std::string text(dim3 d) {
  return std::to_string(d.x) + " x " + std::to_string(d.y) + " x " + std::to_string(d.z);
}

bool is_mapped(std::uint64_t number) {
  static const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  unsigned char resident;
  return mincore(reinterpret_cast<void*>(number / page * page), page, &resident) == 0;
}

// A pointer by its type may be anywhere: the heap of a program that is not position-independent begins below
// 4 GiB. A word of a struct may be an integer, and integers below 4 GiB are common.
bool may_be_address(std::uint64_t number, bool is_pointer) {
  return is_pointer ? number != 0 : number >= std::uint64_t(1) << 32;
}

void check_pointer(std::uint64_t number, bool is_pointer, std::size_t argument) {
  const DeviceMemory& memory = DeviceMemory::instance();
  const void* pointer = reinterpret_cast<const void*>(number);
  const std::string what = "argument " + std::to_string(argument + 1) + " points to ";
  if (memory.near(pointer)) {
    if (memory.is_freed(pointer)) throw Fault(what + memory.describe(pointer));
  } else if (may_be_address(number, is_pointer) && is_mapped(number)) {
    throw Fault(what + "memory of the host: copy it to the device first (cudaMemcpy)");
  }
}

// The warps of the largest block that a kernel allows by __launch_bounds__ (language.h); 0: it does not say.
int allowed_warps([[maybe_unused]] const void* function) {
  int nops = 0;
#if defined(__x86_64__)
  const auto* at = static_cast<const unsigned char*>(function);
  constexpr unsigned char endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
  if (std::memcmp(at, endbr64, sizeof endbr64) == 0) at += sizeof endbr64;
  while (*at++ == 0x90) ++nops;
#elif defined(__aarch64__)
  const auto* at = static_cast<const std::uint32_t*>(function);
  constexpr std::uint32_t bti = 0xd503245f, nop = 0xd503201f;
  if (*at == bti) ++at;
  while (*at++ == nop) ++nops;
#endif
  return nops;
}

}  // namespace

void check_configuration(const Launch& launch) {
  const dim3 grid = launch.grid, block = launch.block;
  const std::uint64_t threads = std::uint64_t(block.x) * block.y * block.z;
  if (threads == 0 || std::uint64_t(grid.x) * grid.y * grid.z == 0)
    throw Fault("bad launch: a grid of " + text(grid) + " blocks of " + text(block) + " threads is empty");
  if (threads > most_threads || block.z > 64)
    throw Fault("bad launch: a block of " + text(block) +
                " threads is too big; at most 1024, 64 of them along z");
  const int warps = allowed_warps(launch.function);
  if (warps > 0 && threads > static_cast<std::uint64_t>(warps) * warp_lanes)
    throw Fault("bad launch: a block of " + text(block) +
                " threads where the kernel's __launch_bounds__ allow " + std::to_string(warps * warp_lanes) +
                ": its registers are shared out for no more");
  if (grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535)
    throw Fault("bad launch: a grid of " + text(grid) +
                " blocks is too big; at most 2147483647 x 65535 x 65535");
  const std::size_t fixed = static_shared_bytes(launch), limit = allowed_shared(launch.function);
  if (fixed + launch.shared_bytes > limit)
    throw Fault("bad launch: " + std::to_string(fixed) + " bytes of static and " +
                std::to_string(launch.shared_bytes) + " of dynamic shared memory are more than the " +
                std::to_string(limit) + " of a block");
}

// Arguments may be structs, and C++ has no reflection: every 8-byte word is checked. A word that is no
// pointer is hardly ever the address of a mapped page. But a sanitizer's shadow memory covers terabytes, and
// two adjacent integers easily form such an address; then only arguments of one word are checked.
void check_pointers(const Launch& launch) {
  constexpr std::size_t word = sizeof(std::uint64_t);
  for (std::size_t i = 0; i < launch.arguments.size(); ++i) {
    const Argument& a = launch.arguments[i];
    if (a.alignment % word != 0 || (sanitized && a.size != word)) continue;
    for (std::size_t at = 0; at + word <= a.size; at += word) {
      std::uint64_t number;
      std::memcpy(&number, static_cast<const char*>(a.address) + at, word);
      if (number != 0) check_pointer(number, a.is_pointer, i);
    }
  }
}

void allow_dynamic_shared(const void* function, std::size_t bytes) {
  const std::lock_guard lock(allowed_mutex);
  allowed[function] = bytes;
}

namespace {

// One launch at a time, whichever thread it comes from: the search for races compares all device memory.
void execute(const Launch& launch, Engine engine) {
  static std::mutex one_launch;
  const std::lock_guard lock(one_launch);
  const OpenDeviceMemory open;
  const EngineScope scope(engine);
  count_launch(engine, launch.name);
  try {
    current_executor().run(launch);
  } catch (const Fault& fault) {
    if (findings()) {
      const std::string problem = fault.problem(), kind = kind_of(problem);
      findings()->add({kind, readable_name(launch), fault.place(), "",
                       problem.substr(std::min(problem.size(), kind.size() + 2))});
    }
    throw;
  }
}

}  // namespace

void submit(std::shared_ptr<Launch> launch, cudaStream_t stream) {
  launch->name = symbol_at(launch->function);
  cudaError_t error = cudaErrorInvalidConfiguration;
  bool named = false;  // the message already names the kernel
  try {
    check_configuration(*launch);
    error = cudaErrorInvalidDevicePointer;
    check_pointers(*launch);
    if (LaunchLog* log = current_log())
      log->launches.push_back({readable_name(*launch), launch->grid, launch->block,
                               static_shared_bytes(*launch) + launch->shared_bytes});
    if (is_dry()) return;
    error = cudaErrorLaunchFailure;
    named = true;
    enqueue(stream, [launch, engine = current_engine()] { execute(*launch, engine); });
  } catch (const std::exception& fault) {
    set_error(error, (named ? "" : "kernel " + readable_name(*launch) + ": ") + fault.what());
  }
}

}  // namespace triptych::emulator
