#pragma once
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace triptych::emulator {

// The kinds of allocation.
enum class MemoryKind {
  device,   // cudaMalloc
  pinned,   // cudaMallocHost: host memory that a kernel may access
  managed,  // cudaMallocManaged: of both sides
  variable  // __device__ float d: of the program itself, device memory
};

struct Allocation {
  char* start;
  std::size_t bytes;
  MemoryKind kind;
  // The mapping around it: whole pages, with an inaccessible page before and after them.
  char* mapping = nullptr;
  std::size_t mapped = 0;
  std::size_t slack_before() const, slack() const;  // bytes between it and the guard pages
  bool has_guards() const;
  // Where findings are collected (findings.h): of each 4 bytes, which of them have been written, as a mask.
  // Null: nothing is known, all of them may be read.
  unsigned char* written = nullptr;
};
// Marks bytes of an allocation as written.
void mark_written(const Allocation& allocation, const void* from, std::size_t bytes);

// All allocations of device memory, and the classification of pointers.
//
//   | guard page | ... NaN NaN NaN | slack | guard page |
//                ^ start (256-byte aligned)^
//
// New memory is filled with NaN. The last byte is followed by less than 256 bytes of slack, filled with a
// pattern that is checked when the memory is freed, and then by a guard page: an access ends the block with a
// message. Freed memory stays reserved for a while, so that a use after free is detected. With the address
// sanitizer memory comes from its allocator, with its red zones.
class DeviceMemory {
 public:
  static DeviceMemory& instance();

  // Null when memory is exhausted.
  void* allocate(std::size_t bytes, MemoryKind kind);
  // A variable of the program becomes device memory.
  void adopt(char* start, std::size_t bytes);
  // A copy or a fill has written there, wherever that is.
  void note_written(const void* from, std::size_t bytes);
  // False if this is not the start of an allocation of that kind. Throws Fault if the slack was overwritten.
  bool release(void* start, MemoryKind kind);

  // Whether [pointer, pointer + bytes) is within one allocation.
  bool contains(const void* pointer, std::size_t bytes, MemoryKind kind) const;
  bool is_device(const void* pointer) const { return contains(pointer, 1, MemoryKind::device); }
  bool is_freed(const void* pointer) const;
  // "1024 bytes of device memory, byte 40 of them" or "8 bytes behind the end of ...", "freed memory", "host
  // memory".
  std::string describe(const void* pointer) const;
  // Whether the address belongs to an allocation, its guard pages, or a recently freed one.
  bool near(const void* pointer) const;

  // Device memory that only GPU threads may access (options().protect). Kernels and copies open it while they
  // run.
  void open();
  void close();

  // In the order of their addresses.
  std::vector<Allocation> allocations() const;
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

// Opens device memory for a scope.
class OpenDeviceMemory {
 public:
  OpenDeviceMemory() { DeviceMemory::instance().open(); }
  ~OpenDeviceMemory() { DeviceMemory::instance().close(); }
  OpenDeviceMemory(const OpenDeviceMemory&) = delete;
  OpenDeviceMemory& operator=(const OpenDeviceMemory&) = delete;
};

// The message for an address that a kernel must not access.
std::string describe_bad_address(const void* address);

}  // namespace triptych::emulator
