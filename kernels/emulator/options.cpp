#include "kernels/emulator/options.h"

#include <algorithm>
#include <cstdlib>

#include "kernels/emulator/executor.h"
#include "kernels/emulator/sanitizer.h"
#include "kernels/processors.h"

namespace triptych::emulator {

#if defined(__x86_64__) && !defined(__clang__)
extern const bool has_fma;
const bool has_fma = __builtin_cpu_supports("fma");
#endif

namespace {

// Each GPU thread's stack is a mapping with a guard page, 1024 per OS thread; Linux allows 65530 mappings.
constexpr int most_os_threads = 16;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

Options from_environment() {
  Options result;
  result.os_threads = default_threads();
  if (const int asked = std::atoi(environment("TRIPTYCH_EMULATOR_THREADS").c_str()); asked > 0)
    result.os_threads = asked;
  result.os_threads = sanitized ? 1 : std::clamp(result.os_threads, 1, most_os_threads);
  result.stream_seed = std::strtoull(environment("TRIPTYCH_EMULATOR_STREAMS").c_str(), nullptr, 10);
  if (const int asked = std::atoi(environment("TRIPTYCH_EMULATOR_DEVICES").c_str()); asked > 0)
    result.devices = asked;
  result.protect = !sanitized && environment("TRIPTYCH_EMULATOR_PROTECT") == "1";
  result.watch = environment("TRIPTYCH_EMULATOR_WATCH") == "1";
  if (const std::string drop = environment("TRIPTYCH_EMULATOR_DROP"); drop.find(':') != std::string::npos) {
    result.drop_file = drop.substr(0, drop.find(':'));
    result.drop_line = std::atoi(drop.c_str() + drop.find(':') + 1);
  }
  if (const std::string order = environment("TRIPTYCH_EMULATOR_ORDER"); !order.empty())
    set_order(result, order);
  return result;
}

}  // namespace

void set_order(Options& options, const std::string& text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string kind = text.substr(0, colon);
  const int number = colon < text.size() ? std::atoi(text.c_str() + colon + 1) : 0;
  options.schedules = 1;
  if (kind == "forward") {
    options.order = {Order::Kind::forward, 1};
  } else if (kind == "reverse") {
    options.order = {Order::Kind::reverse, 1};
  } else if (kind == "random" && number > 0) {
    options.order = {Order::Kind::random, static_cast<std::uint64_t>(number)};
  } else if (kind == "fuzz" && number > 1) {
    options.schedules = number;
  } else {
    throw Fault("the order '" + text +
                "' is unknown: TRIPTYCH_EMULATOR_ORDER is forward, reverse, random:SEED (1 or more) or "
                "fuzz:N (2 or more)");
  }
}

Options& options() {
  static Options instance = from_environment();
  return instance;
}

}  // namespace triptych::emulator
