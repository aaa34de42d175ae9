#include "kernels/emulator/launches.h"

#include <charconv>
#include <mutex>

#include "kernels/emulator/symbols.h"

namespace triptych::emulator {
namespace {

std::mutex mutex;
std::map<std::string_view, std::uint64_t> counts[2];  // by engine

// "_ZN8triptych4cuda11copy_kernelElPKfPf": a function of the namespace whose name ends with _kernel, which
// all kernels of the folder do. A clone that the compiler made has a dot in its name.
bool is_kernel(std::string_view mangled) {
  constexpr std::string_view prefix = "_ZN8triptych4cuda";
  if (!mangled.starts_with(prefix) || mangled.find('.') != mangled.npos) return false;
  mangled.remove_prefix(prefix.size());
  std::size_t length = 0;
  const auto [name, error] = std::from_chars(mangled.data(), mangled.data() + mangled.size(), length);
  const auto left = static_cast<std::size_t>(mangled.data() + mangled.size() - name);
  return error == std::errc() && length <= left && std::string_view(name, length).ends_with("_kernel");
}

}  // namespace

std::map<std::string_view, std::uint64_t> launches(Engine engine) {
  const std::lock_guard lock(mutex);
  std::map<std::string_view, std::uint64_t> all;
  for (const std::string_view function : all_functions())
    if (is_kernel(function)) all[function] = 0;
  for (const auto& [kernel, count] : counts[static_cast<int>(engine)])
    if (all.contains(kernel)) all[kernel] = count;
  return all;
}

void count_launch(Engine engine, std::string_view kernel) {
  const std::lock_guard lock(mutex);
  ++counts[static_cast<int>(engine)][kernel];
}

}  // namespace triptych::emulator
