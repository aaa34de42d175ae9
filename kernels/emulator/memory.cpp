#include "kernels/emulator/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "kernels/emulator/executor.h"
#include "kernels/emulator/findings.h"
#include "kernels/emulator/launch_log.h"
#include "kernels/emulator/options.h"
#include "kernels/emulator/sanitizer.h"

namespace triptych::emulator {
namespace {

constexpr std::size_t page = 4096, alignment = 256, kept_freed = 256;
constexpr int nan_byte = 0xFF;
constexpr unsigned char slack_byte = 0xFD;  // as a float: -4.2e37, an unlikely result

std::size_t round_up(std::size_t bytes, std::size_t to) {
  return (bytes + to - 1) / to * to;
}

bool map_between_guards(Allocation& a) {
  const std::size_t inner = round_up(round_up(std::max<std::size_t>(a.bytes, 1), alignment), page);
  a.mapped = inner + 2 * page;
  void* memory = mmap(nullptr, a.mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return false;
  a.mapping = static_cast<char*>(memory);
  if (mprotect(a.mapping + page, inner, PROT_READ | PROT_WRITE) != 0) {
    munmap(memory, a.mapped);
    return false;
  }
  // The end of the allocation, not its start, is at a page boundary: loops run over the end.
  a.start = a.mapping + page + inner - round_up(std::max<std::size_t>(a.bytes, 1), alignment);
  std::memset(a.start + a.bytes, slack_byte,
              static_cast<std::size_t>(a.mapping + page + inner - a.start) - a.bytes);
  return true;
}

// With the address sanitizer: its allocator detects accesses beyond the exact end.
bool take_from_sanitizer(Allocation& a) {
  void* memory = nullptr;
  if (posix_memalign(&memory, alignment, std::max<std::size_t>(a.bytes, 1)) != 0 || !memory) return false;
  a.start = a.mapping = static_cast<char*>(memory);
  a.mapped = a.bytes + 1;  // a pointer to the end still belongs to it
  return true;
}

bool slack_is_intact(const Allocation& a) {
  if (!a.has_guards()) return true;
  return std::all_of(a.start + a.bytes, a.mapping + a.mapped - page,
                     [](char c) { return static_cast<unsigned char>(c) == slack_byte; });
}

std::string count(std::ptrdiff_t n) {
  return std::to_string(n) + (n == 1 ? " byte" : " bytes");
}

std::string position(const Allocation& a, const char* at) {
  const std::string what = std::to_string(a.bytes) + " bytes of " +
                           (a.kind == MemoryKind::device    ? "device memory"
                            : a.kind == MemoryKind::pinned  ? "pinned memory"
                            : a.kind == MemoryKind::managed ? "managed memory"
                                                            : "a __device__ variable");
  const std::ptrdiff_t offset = at - a.start, size = static_cast<std::ptrdiff_t>(a.bytes);
  if (offset < 0) return count(-offset) + " before " + what;
  if (offset >= size) return count(offset - size) + " behind the end of " + what;
  return "byte " + std::to_string(offset) + " of " + what;
}

}  // namespace

bool Allocation::has_guards() const {
  return !sanitized && kind != MemoryKind::variable;
}

std::size_t Allocation::slack() const {
  return !has_guards() ? 0 : static_cast<std::size_t>(mapping + mapped - page - (start + bytes));
}

std::size_t Allocation::slack_before() const {
  return !has_guards() ? 0 : static_cast<std::size_t>(start - mapping) - page;
}

void mark_written(const Allocation& a, const void* from, std::size_t bytes) {
  if (!a.written) return;
  const auto begin = static_cast<std::size_t>(static_cast<const char*>(from) - a.start), end = begin + bytes;
  for (std::size_t at = begin; at < end; at = (at | 3) + 1) {
    const std::size_t last = std::min(end, (at | 3) + 1);
    if (last - at == 4)
      a.written[at / 4] = 15;
    else
      a.written[at / 4] |= static_cast<unsigned char>(((1u << (last - at)) - 1) << (at & 3));
  }
}

DeviceMemory& DeviceMemory::instance() {
  static DeviceMemory& memory = *new DeviceMemory;  // never destroyed: contexts may outlive static objects
  return memory;
}

void* DeviceMemory::allocate(std::size_t bytes, MemoryKind kind) {
  constexpr std::size_t most = std::size_t(1) << 46;
  if (bytes > most) return nullptr;
  Allocation a{nullptr, bytes, kind};
  if (!(sanitized ? take_from_sanitizer(a) : map_between_guards(a))) return nullptr;
  // Pinned memory is the host's: no kernel computes with it, and a context has much of it and uses little.
  if (kind != MemoryKind::pinned || is_dry()) std::memset(a.start, is_dry() ? dry_byte : nan_byte, a.bytes);
  if (findings() && kind == MemoryKind::device)
    a.written = static_cast<unsigned char*>(std::calloc(bytes / 4 + 1, 1));
  const std::lock_guard lock(mutex_);
  live_[a.mapping] = a;
  if (options().protect && kind == MemoryKind::device && open_ == 0)
    mprotect(a.mapping + page, a.mapped - 2 * page, PROT_NONE);
  return a.start;
}

void DeviceMemory::adopt(char* start, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  live_[start] = {start, bytes, MemoryKind::variable, start, bytes};
}

void DeviceMemory::note_written(const void* from, std::size_t bytes) {
  if (!findings()) return;
  const std::lock_guard lock(mutex_);
  const Allocation* a = find(from);
  if (a && contains(from, bytes, a->kind)) mark_written(*a, from, bytes);
}

bool DeviceMemory::release(void* start, MemoryKind kind) {
  const std::lock_guard lock(mutex_);
  const Allocation* found = find(start);
  if (!found || found->start != start || found->kind != kind) return false;
  const OpenDeviceMemory open;
  const Allocation a = *found;
  live_.erase(a.mapping);
  std::free(a.written);
  const bool intact = slack_is_intact(a);
  if (sanitized) {
    std::free(a.start);
  } else {
    // PROT_NONE pages without content cost only address space.
    mprotect(a.mapping, a.mapped, PROT_NONE);
    madvise(a.mapping, a.mapped, MADV_DONTNEED);
    freed_.push_back(a);
    if (freed_.size() > kept_freed) {
      munmap(freed_.front().mapping, freed_.front().mapped);
      freed_.pop_front();
    }
  }
  if (!intact)
    throw Fault("somebody wrote behind the end of " + std::to_string(a.bytes) +
                " bytes of device memory (noticed when it was freed)");
  return true;
}

const Allocation* DeviceMemory::find(const void* pointer) const {
  auto after = live_.upper_bound(static_cast<const char*>(pointer));
  if (after == live_.begin()) return nullptr;
  const Allocation& a = std::prev(after)->second;
  return static_cast<const char*>(pointer) < a.mapping + a.mapped ? &a : nullptr;
}

const Allocation* DeviceMemory::find_freed(const void* pointer) const {
  const char* at = static_cast<const char*>(pointer);
  for (const Allocation& a : freed_)
    if (at >= a.mapping && at < a.mapping + a.mapped) return &a;
  return nullptr;
}

bool DeviceMemory::contains(const void* pointer, std::size_t bytes, MemoryKind kind) const {
  const std::lock_guard lock(mutex_);
  const Allocation* a = find(pointer);
  const char* at = static_cast<const char*>(pointer);
  const bool fits = a && (a->kind == kind || (kind == MemoryKind::device && a->kind != MemoryKind::pinned));
  return fits && at >= a->start && at + bytes <= a->start + std::max<std::size_t>(a->bytes, 1);
}

bool DeviceMemory::is_freed(const void* pointer) const {
  const std::lock_guard lock(mutex_);
  return !find(pointer) && find_freed(pointer);
}

bool DeviceMemory::near(const void* pointer) const {
  const std::lock_guard lock(mutex_);
  return find(pointer) || find_freed(pointer);
}

std::string DeviceMemory::describe(const void* pointer) const {
  const std::lock_guard lock(mutex_);
  const char* at = static_cast<const char*>(pointer);
  if (const Allocation* a = find(pointer)) return position(*a, at);
  if (const Allocation* a = find_freed(pointer)) return position(*a, at) + " that has been freed";
  return pointer ? "memory of the host" : "a null pointer";
}

void DeviceMemory::set_protection(bool readable) {
  for (const auto& [mapping, a] : live_)
    if (a.kind == MemoryKind::device)
      mprotect(a.mapping + page, a.mapped - 2 * page, readable ? PROT_READ | PROT_WRITE : PROT_NONE);
}

void DeviceMemory::open() {
  if (!options().protect) return;
  const std::lock_guard lock(mutex_);
  if (open_++ == 0) set_protection(true);
}

void DeviceMemory::close() {
  if (!options().protect) return;
  const std::lock_guard lock(mutex_);
  if (--open_ == 0) set_protection(false);
}

std::vector<Allocation> DeviceMemory::allocations() const {
  const std::lock_guard lock(mutex_);
  std::vector<Allocation> result;
  for (const auto& [mapping, a] : live_) result.push_back(a);
  return result;
}

std::vector<Allocation> DeviceMemory::device_allocations() const {
  std::vector<Allocation> result = allocations();
  std::erase_if(result, [](const Allocation& a) { return a.kind != MemoryKind::device; });
  return result;
}

std::string describe_bad_address(const void* address) {
  const DeviceMemory& memory = DeviceMemory::instance();
  if (memory.near(address)) return "out of bounds: it touches " + memory.describe(address);
  if (reinterpret_cast<std::uintptr_t>(address) < page) return "it follows a null pointer";
  return "out of bounds: it touches an address that belongs to no allocation";
}

}  // namespace triptych::emulator
