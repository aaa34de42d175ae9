// A safetensors file, and a model in one: sizes, types, checksum, options, normalisation.
#include "engine/error.h"
#include "engine/safetensors.h"
#include "reid/network/model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace triptych;
  static const Device device = Device::open("reference");
  try {
    const TensorFile file = parse_tensors({reinterpret_cast<const char*>(data), size}, "x", device);
    from_file(file, device, "x");
  } catch (const Error&) {
  }
  return 0;
}
