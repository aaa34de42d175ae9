// A config file: what is read and written again is read as the same.
#include <string>

#include "apps/config_file.h"
#include "engine/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace triptych;
  try {
    for (const ConfigLine& line : parse_config({reinterpret_cast<const char*>(data), size}, "x")) {
      for (const std::string& value : line.values)
        if (parse_config("key = " + config_value(value), "again").front().values.front() != value)
          __builtin_trap();
    }
  } catch (const Error&) {
  }
  return 0;
}
