// A splits file: permutations of the identities.
#include "datasets/splits.h"

#include <string>

#include "engine/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr triptych::Index identities = 4;
  try {
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const triptych::Split& split : triptych::parse_splits(text, "x", identities))
      if (split.train.size() + split.test.size() != identities) __builtin_trap();
  } catch (const triptych::Error&) {
  }
  return 0;
}
