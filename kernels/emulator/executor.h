#pragma once
#include <cstddef>
#include <exception>
#include <span>
#include <string>
#include <string_view>

#include "kernels/emulator/language.h"

// Between the CUDA runtime of this folder and whatever executes a kernel: the fibers of this folder (--device
// emulator), or the interpreter of nvcc's PTX (kernels/ptx, --device ptx). Both share the host code of
// kernels/cuda, its memory and its checks; only who executes a launch differs.
namespace triptych::emulator {

struct Argument {
  const void* address;
  std::size_t size, alignment;
};

// One kernel launch.
struct Launch {
  const void* function;  // the address of the kernel as g++ compiled it
  std::string_view
      name;  // its mangled name, the same as nvcc's; empty when the program was stripped of its symbols
  dim3 grid, block;
  std::size_t shared_bytes;  // dynamic shared memory of each block
  std::span<const Argument> arguments;
  void (*call)(const void* closure);  // call(closure) runs the kernel's C++ body for one GPU thread
  const void* closure;
};

// A kernel did something it may not. what() is one sentence; it becomes Context::error.
class Fault : public std::exception {
 public:
  explicit Fault(std::string what) : what_(std::move(what)) {}
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::string what_;
};

class Executor {
 public:
  virtual ~Executor() = default;
  // Runs all blocks to their end; throws Fault. The grid, the block and the pointers have been checked.
  virtual void run(const Launch& launch) = 0;
};

enum class Engine { fibers, ptx };

// The interpreter makes itself known with this (the fibers are always there).
void plug_in(Engine engine, Executor& executor);
// The same, put off until somebody launches something on it: `open` then calls plug_in.
void plug_in_later(Engine engine, void (*open)());

// Launches of this OS thread go to `engine` while the scope lives. Every entry of a device's table of kernels
// opens one (device_table.h).
class EngineScope {
 public:
  explicit EngineScope(Engine engine);
  ~EngineScope();
  EngineScope(const EngineScope&) = delete;
  EngineScope& operator=(const EngineScope&) = delete;

 private:
  Engine before_;
};
Engine current_engine();

// "gemm_kernel<64, 64>" for a launch: what people call the kernel.
std::string readable_name(const Launch& launch);

}  // namespace triptych::emulator
