#pragma once
#include <vector>

#include "engine/device.h"
#include "tests/devices.h"

namespace triptych::test {

// The devices that this run tests, open; tests that claim something of all of them walk over this.
inline const std::vector<Device>& devices() {
  static const std::vector<Device> list = [] {
    std::vector<Device> opened;
    for (const Backend* backend : devices_under_test()) opened.push_back(Device::open(backend->name));
    return opened;
  }();
  return list;
}

}  // namespace triptych::test
