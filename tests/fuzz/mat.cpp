// A MAT file of lists.
#include "datasets/mat_file.h"
#include "engine/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    for (const auto& [name, variable] : triptych::read_mat({data, size}, "x"))
      if (!variable.numbers.empty() && !variable.texts.empty()) __builtin_trap();
  } catch (const triptych::Error&) {
  }
  return 0;
}
