#include "kernels/backends.h"

#include <iterator>
#include <mutex>
#include <optional>

#include "kernels/kernels.h"

namespace triptych {
namespace {

// A device's name and the function that finds its kernels (null when unavailable) and describes it, or gives
// the reason, in `words`.
struct Known {
  const char* name;
  const Kernels* (*find)(std::string& words);
};

const Kernels* described(const Kernels& kernels, std::string& words) {
  words = kernels.description;
  return &kernels;
}

#ifdef TRIPTYCH_DOUBLE
const Kernels* in_float_only(std::string& words) {
  words = "this device computes in float; this program is the double-precision build";
  return nullptr;
}
#endif

constexpr Known known[] = {
    {"reference", [](std::string& words) { return described(reference::kernels, words); }},
#ifdef TRIPTYCH_DOUBLE
    {"cpu", in_float_only},
    {"cuda", in_float_only},
    {"emulator", in_float_only},
    {"ptx", in_float_only},
    {"fake-cuda", in_float_only},
#else
    {"cpu", [](std::string& words) { return described(cpu::kernels(), words); }},
    {"cuda", &cuda::open_module},
    {"emulator", [](std::string& words) { return described(emulator::kernels(), words); }},
    {"ptx", &ptx::kernels},
    {"fake-cuda", &cuda::open_fake_module},
#endif
};

// Initialises a backend at its first use: a program on the processor does not load the CUDA module.
const Backend& look_for(std::size_t i) {
  static std::optional<Backend> found[std::size(known)];
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  if (!found[i]) {
    std::string words;
    const Kernels* kernels = known[i].find(words);
    found[i] = Backend{known[i].name, kernels, words};
  }
  return *found[i];
}

}  // namespace

const Backend* find_backend(const std::string& name) {
  for (std::size_t i = 0; i < std::size(known); ++i)
    if (name == known[i].name) return &look_for(i);
  return nullptr;
}

const std::vector<Backend>& backends() {
  static const std::vector<Backend> list = [] {
    std::vector<Backend> all;
    for (std::size_t i = 0; i < std::size(known); ++i) all.push_back(look_for(i));
    return all;
  }();
  return list;
}

std::vector<std::string> backend_names() {
  std::vector<std::string> names;
  for (const Known& device : known)
    if (device.name != std::string("fake-cuda")) names.push_back(device.name);
  return names;
}

}  // namespace triptych
