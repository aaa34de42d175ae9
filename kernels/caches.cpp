#include "kernels/caches.h"

#include <fstream>
#include <string>

namespace triptych {

Caches caches_in(const char* folder) {
  Caches found = {};
  for (int i = 0;; ++i) {
    const std::string index = std::string(folder) + "/index" + std::to_string(i) + "/";
    int level = 0;
    std::string type, unit;
    Index size = 0;
    if (!(std::ifstream(index + "level") >> level)) return found;
    std::ifstream(index + "type") >> type;
    std::ifstream(index + "size") >> size >> unit;  // "48K"
    size *= unit == "K" ? 1 << 10 : unit == "M" ? 1 << 20 : 1;
    if (type == "Instruction") continue;
    if (level >= 1 && level <= 3) (level == 1 ? found.l1 : level == 2 ? found.l2 : found.l3) = size;
  }
}

const Caches& caches() {
  static const Caches result = [] {
    Caches found = caches_in("/sys/devices/system/cpu/cpu0/cache");
    if (found.l1 <= 0) found.l1 = 32 << 10;
    if (found.l2 <= 0) found.l2 = 512 << 10;
    if (found.l3 <= 0) found.l3 = 4 << 20;
    return found;
  }();
  return result;
}

}  // namespace triptych
