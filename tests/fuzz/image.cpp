// Images: no bytes may crash the decoder, hang it or make it take much memory.
#include "datasets/image.h"

#include "engine/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const triptych::Image image = triptych::decode_image({data, size}, "x");
    if (image.pixels.size() != static_cast<std::size_t>(image.height * image.width * 3)) __builtin_trap();
  } catch (const triptych::Error&) {
  }
  return 0;
}
