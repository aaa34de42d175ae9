// The cpu device: memory, and the selection of the instruction set. Compiled without SIMD flags, so that it
// runs on any processor.
#include "kernels/kernels.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include "kernels/backends.h"
#include "kernels/cpu/blocking.h"
#include "kernels/cpu/ladder.h"
#include "kernels/host_memory.h"

namespace triptych::cpu {

// kernels/cpu/table.cpp, gemm.cpp and ladder.cpp, compiled once per instruction set.
#define INSTRUCTION_SET(isa)        \
  namespace isa {                   \
  extern const Kernels table;       \
  extern const Rung ladder[rungs];  \
  decltype(cpu::blocking) blocking; \
  }
INSTRUCTION_SET(portable)
#ifdef __x86_64__
INSTRUCTION_SET(avx2)
INSTRUCTION_SET(avx512)
#elif defined(__aarch64__)
INSTRUCTION_SET(neon)
#endif
#undef INSTRUCTION_SET

namespace {

void* allocate(Context&, std::size_t bytes) {
  return allocate_host(bytes);
}

void release(Context&, void* memory) {
  std::free(memory);
}

void copy(Context&, void* to, const void* from, std::size_t bytes) {
  if (bytes) std::memcpy(to, from, bytes);  // an empty tensor may have a null pointer
}

void copy_in(Context& context, void* device, const void* host, std::size_t bytes) {
  copy(context, device, host, bytes);
}

void copy_out(Context& context, void* host, const void* device, std::size_t bytes) {
  copy(context, host, device, bytes);
}

void* queue(Context&) {
  return nullptr;
}
void synchronise(Context&) {}  // kernels are synchronous

struct InstructionSet {
  const char* name;
  const Kernels* table;
  const Rung* ladder;
  decltype(&cpu::blocking) blocking;
  bool here;  // whether this processor supports it
};

// In order of preference.
std::vector<InstructionSet> instruction_sets() {
  std::vector<InstructionSet> list;
#ifdef __x86_64__
  __builtin_cpu_init();
  const bool fma = __builtin_cpu_supports("fma");
  list.push_back({"avx512", &avx512::table, avx512::ladder, avx512::blocking,
                  fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")});
  list.push_back({"avx2", &avx2::table, avx2::ladder, avx2::blocking, fma && __builtin_cpu_supports("avx2")});
#elif defined(__aarch64__)  // every such processor has it
  list.push_back({"neon", &neon::table, neon::ladder, neon::blocking, true});
#endif
  list.push_back({"portable", &portable::table, portable::ladder, portable::blocking, true});
  return list;
}

InstructionSet choose(bool& asked) {
  const char* wanted = std::getenv("TRIPTYCH_ISA");
  asked = wanted && *wanted;
  std::string names;
  for (const InstructionSet& isa : instruction_sets()) {
    if (asked ? wanted == std::string(isa.name) && isa.here : isa.here) return isa;
    if (isa.here) names += (names.empty() ? "" : ", ") + std::string(isa.name);
  }
  throw std::runtime_error("TRIPTYCH_ISA=" + std::string(wanted) + ": this processor and build offer " +
                           names + "; set it to one of them, or unset it for the best");
}

InstructionSet choose() {
  bool asked = false;
  return choose(asked);
}

}  // namespace

const Kernels& kernels() {
  static std::string description;
  static const Kernels result = [] {
    bool asked = false;
    Kernels k = *choose(asked).table;
    description = std::string(k.description) + (asked ? ", chosen by TRIPTYCH_ISA" : "");
    k.description = description.c_str();
    k.allocate = allocate, k.release = release;
    k.copy = copy, k.copy_in = copy_in, k.copy_out = copy_out;
    k.queue = queue;
    k.synchronise = synchronise;
    return k;
  }();
  return result;
}

const Rung* ladder() {
  return choose().ladder;
}

Blocking blocking(Index k) {
  return choose().blocking(k);
}

}  // namespace triptych::cpu
