#include "datasets/memory.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

using namespace triptych;

TEST_CASE("no more memory is available than the machine has, and images take a quarter of it") {
  std::ifstream file("/proc/meminfo");
  std::string name;
  std::size_t kilobytes = 0;
  if (!(file >> name >> kilobytes)) {
    MESSAGE("SKIPPED: there is no /proc/meminfo");
    return;
  }
  const std::size_t available = available_memory();
  CHECK(available > 0);
  CHECK(available <= kilobytes * 1024);
  CHECK(default_image_memory() == available / 4);
}
