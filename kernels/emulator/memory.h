#pragma once
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace triptych::emulator {

// Who may touch an allocation.
enum class MemoryKind { device, pinned };  // cudaMalloc; cudaMallocHost: the host's, and legal on the device

struct Allocation {
  char* start;
  std::size_t bytes;
  MemoryKind kind;
  // The mapping around it: whole pages, with a page before and after them that nobody may touch.
  char* mapping = nullptr;
  std::size_t mapped = 0;
};

// Every allocation of device memory, so that a pointer can be asked what it is.
//
//   | guard page | ... NaN NaN NaN | slack | guard page |
//                ^ start (256-byte aligned)^
//
// Memory begins as NaN. What lies behind the last byte is less than 256 bytes of slack, whose pattern is
// looked at when the memory is freed, and then a page whose touch ends the block with a sentence. Freed
// memory stays reserved for a while, so that a late touch is noticed as well. With the address sanitizer the
// memory is its own, with its red zones.
class DeviceMemory {
 public:
  static DeviceMemory& instance();

  // Null when there is no more.
  void* allocate(std::size_t bytes, MemoryKind kind);
  // False: this is not the start of an allocation of that kind. Throws Fault when somebody wrote behind its
  // end.
  bool release(void* start, MemoryKind kind);

  // Whether [pointer, pointer + bytes) lies within one allocation.
  bool contains(const void* pointer, std::size_t bytes, MemoryKind kind) const;
  bool is_device(const void* pointer) const { return contains(pointer, 1, MemoryKind::device); }
  bool is_freed(const void* pointer) const;
  // "1024 bytes of device memory, byte 40 of them" or "8 bytes behind the end of ...", "freed memory", "host
  // memory".
  std::string describe(const void* pointer) const;
  // Whether the address belongs to an allocation, its guard pages, or one that was freed a short while ago.
  bool near(const void* pointer) const;

  // Device memory that only GPU threads may touch (options().protect). Kernels and copies open it while they
  // run.
  void open();
  void close();

  std::vector<Allocation> device_allocations() const;

 private:
  const Allocation* find(const void* pointer) const;  // by its mapping
  const Allocation* find_freed(const void* pointer) const;
  void set_protection(bool readable);

  mutable std::recursive_mutex mutex_;
  std::map<const char*, Allocation> live_;  // by the start of the mapping
  std::deque<Allocation> freed_;
  int open_ = 0;
};

// Opens device memory for its scope.
class OpenDeviceMemory {
 public:
  OpenDeviceMemory() { DeviceMemory::instance().open(); }
  ~OpenDeviceMemory() { DeviceMemory::instance().close(); }
  OpenDeviceMemory(const OpenDeviceMemory&) = delete;
  OpenDeviceMemory& operator=(const OpenDeviceMemory&) = delete;
};

// The sentence for an address that a kernel may not touch.
std::string describe_bad_address(const void* address);

}  // namespace triptych::emulator
