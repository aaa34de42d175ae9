#pragma once
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "kernels/backends.h"

namespace triptych::test {

// The devices that tests run on: those that are there and that the environment variable TEST_DEVICES names
// ("cuda", or "reference cpu"). Without it, those that need no patience. tests/scripts/run.sh sets it: the
// kernels' tests run once more for each slow device.
inline std::vector<const Backend*> devices_under_test() {
  const char* asked = std::getenv("TEST_DEVICES");
  std::istringstream words(asked ? asked : "reference cpu");
  std::vector<const Backend*> result;
  for (std::string name; words >> name;)
    for (const Backend& backend : backends())
      if (backend.name == name && backend.kernels) result.push_back(&backend);
  return result;
}

}  // namespace triptych::test
