#pragma once
#include <cstddef>
#include <exception>
#include <span>
#include <string>
#include <string_view>

#include "kernels/emulator/language.h"

// The interface between this CUDA runtime and the engine that executes a kernel: the fibers of this folder
// (--device emulator), or the interpreter of nvcc's PTX (kernels/ptx, --device ptx). Both use the same host
// code of kernels/cuda, the same memory and the same checks.
namespace triptych::emulator {

struct Argument {
  const void* address;
  std::size_t size, alignment;
  bool is_pointer;  // by its type
};

// One kernel launch.
struct Launch {
  const void* function = nullptr;  // the address of the kernel as g++ compiled it
  std::string_view name;  // mangled, as nvcc mangles it; empty if the program was stripped of its symbols
  dim3 grid, block;
  std::size_t shared_bytes = 0;  // dynamic shared memory of each block
  std::span<const Argument> arguments;
  void (*call)(const void* closure) = nullptr;  // call(closure) runs the kernel's C++ body for one GPU thread
  const void* closure = nullptr;
};

// An invalid operation of a kernel. what() is one sentence; it becomes Context::error. Where they are known,
// it has its parts: "kernel add, block (0,0,0), thread (3,0,0), add.cu:7: " + "out of bounds: ...".
class Fault : public std::exception {
 public:
  explicit Fault(std::string what) : what_(std::move(what)) {}
  Fault(std::string what, std::string place, std::string problem)
      : what_(std::move(what)), place_(std::move(place)), problem_(std::move(problem)) {}
  const char* what() const noexcept override { return what_.c_str(); }
  const std::string& place() const { return place_; }  // "add.cu:7", empty when unknown
  std::string problem() const { return problem_.empty() ? what_ : problem_; }

 private:
  std::string what_, place_, problem_;
};

class Executor {
 public:
  virtual ~Executor() = default;
  // Runs all blocks to completion; throws Fault. Grid, block and pointers are already checked.
  virtual void run(const Launch& launch) = 0;
};

enum class Engine { fibers, ptx };

// Registers the interpreter (the fibers are always registered).
void plug_in(Engine engine, Executor& executor);
// Registers it at the first launch: `open` then calls plug_in.
void plug_in_later(Engine engine, void (*open)());

// While the scope exists, `engine` executes the launches of this OS thread. Every entry of a device's table
// of kernels opens one (device_table.h).
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

// The name of a launch's kernel in messages: "gemm_kernel<64, 64>".
std::string readable_name(const Launch& launch);

}  // namespace triptych::emulator
