// The options of a network, as a model's metadata hold them.
#include "reid/options.h"

#include <string>

#include "engine/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace triptych;
  try {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const Options options = options_from_json(text, "x");
    if (!first_difference(options, options_from_json(to_json(options), "again")).empty()) __builtin_trap();
  } catch (const Error&) {
  }
  return 0;
}
