#include "kernels/emulator/signals.h"

#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>

#include "kernels/emulator/memory.h"
#include "kernels/emulator/sanitizer.h"
#include "kernels/emulator/symbols.h"

namespace triptych::emulator {
namespace {

struct sigaction before_segv, before_bus;

const void* instruction_of([[maybe_unused]] void* context) {
#if defined(__x86_64__)
  return reinterpret_cast<const void*>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return reinterpret_cast<const void*>(static_cast<ucontext_t*>(context)->uc_mcontext.pc);
#else
  return nullptr;
#endif
}

void handle(int signal, siginfo_t* info, void* context) {
  if (is_on_gpu_thread()) leave_kernel_with_bad_address(info->si_addr, instruction_of(context));
  if (DeviceMemory::instance().near(info->si_addr)) {
    const std::string text =
        "the host touches device memory: " + DeviceMemory::instance().describe(info->si_addr) +
        "; copy it with cudaMemcpy, or copy_out of the kernels\n";
    if (write(STDERR_FILENO, text.data(), text.size()) < 0) std::abort();
  }
  sigaction(signal, signal == SIGSEGV ? &before_segv : &before_bus, nullptr);  // raised again on return
}

void install(int signal, struct sigaction& before) {
  struct sigaction now {};
  sigaction(signal, nullptr, &now);
  if (now.sa_flags & SA_SIGINFO && now.sa_sigaction == handle) return;
  struct sigaction action {};
  action.sa_sigaction = handle;
  // SA_NODEFER: the handler is left by a switch, and the next signal must be delivered, too.
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigaction(signal, &action, &before);
}

// A stack for the handler, for the lifetime of the OS thread.
struct SignalStack {
  static constexpr std::size_t bytes = 64 << 10;
  std::unique_ptr<char[]> memory = std::make_unique_for_overwrite<char[]>(bytes);
  ~SignalStack() {
    stack_t now{};
    sigaltstack(nullptr, &now);
    if (now.ss_sp != memory.get()) return;
    const stack_t none{nullptr, SS_DISABLE, 0};
    sigaltstack(&none, nullptr);
  }
};

}  // namespace

void handle_signals() {
  if (sanitized) return;
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  install(SIGSEGV, before_segv);
  install(SIGBUS, before_bus);
}

void give_signals_a_stack() {
  stack_t now{};
  sigaltstack(nullptr, &now);
  if (sanitized || !(now.ss_flags & SS_DISABLE)) return;
  thread_local const SignalStack stack;
  now = {stack.memory.get(), 0, SignalStack::bytes};
  sigaltstack(&now, nullptr);
}

namespace {

// "kernels/cuda/gemm.cu:88" from a line of addr2line: "/here/kernels/cuda/gemm.cu:88 (discriminator 3)".
std::string place_in(const char* line) {
  std::string text(line, std::strcspn(line, " \n"));
  if (text.empty() || text[0] == '?' || text.ends_with(":?")) return {};
  char folder[512];
  if (getcwd(folder, sizeof folder) && text.starts_with(std::string(folder) + "/"))
    text.erase(0, std::strlen(folder) + 1);
  return text;
}

// A learner looks for a line of the learner's own, not for one of a header that is inlined there.
bool is_of_header(const std::string& place) {
  return place.find("kernels/emulator/") != std::string::npos || place.find("/include/") != std::string::npos;
}

std::string look_up_source(const void* instruction) {
  if (image_file(instruction).find('\'') != std::string::npos) return {};  // would end the shell's quotes
  char address[32];
  std::snprintf(address, sizeof address, "%#zx",
                reinterpret_cast<std::size_t>(instruction) - load_offset(instruction));
  const bool is_learners = is_in_added_image(instruction);
  const std::string command = std::string("addr2line ") + (is_learners ? "-i " : "") + "-e '" +
                              image_file(instruction) + "' " + address + " 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  char line[512] = "";
  std::string first;
  while (pipe && std::fgets(line, sizeof line, pipe.get())) {
    std::string place = place_in(line);
    if (!is_learners || (!place.empty() && !is_of_header(place))) return place;
    if (first.empty()) first = std::move(place);
  }
  return first;
}

}  // namespace

// The search starts a process: each instruction is looked up once.
std::string source_of(const void* instruction) {
  if (!instruction) return {};
  static std::mutex mutex;
  static auto& known = *new std::map<const void*, std::string>;  // reports are written when a program ends
  const std::lock_guard lock(mutex);
  const auto found = known.find(instruction);
  return found != known.end() ? found->second : known[instruction] = look_up_source(instruction);
}

}  // namespace triptych::emulator
