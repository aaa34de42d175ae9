#include "datasets/memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace triptych {
namespace {

// The number in a file of the kernel; 0 for a missing file and for "max", which is no limit.
std::size_t number_in(const std::string& file) {
  std::ifstream in(file);
  std::size_t number = 0;
  return in >> number ? number : 0;
}

// The limit of the control group at `path`, and of those that it is in: the least. 0: none.
std::size_t limit_of_groups(const std::string& root, std::string path, const char* file) {
  std::size_t limit = 0;
  const auto take = [&](std::size_t found) {
    if (found > 0) limit = limit == 0 ? found : std::min(limit, found);
  };
  for (;;) {
    take(number_in(root + path + "/" + file));
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return limit;
    path.resize(slash);
  }
}

// /proc/self/cgroup: lines of "number:controllers:path"; version 2 has no controllers.
std::size_t group_limit() {
  std::ifstream groups("/proc/self/cgroup");
  std::size_t limit = 0;
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1),
                      path = line.substr(second + 1);
    std::size_t found = 0;
    if (controllers.empty()) found = limit_of_groups("/sys/fs/cgroup", path, "memory.max");
    if (controllers == "memory")
      found = limit_of_groups("/sys/fs/cgroup/memory", path, "memory.limit_in_bytes");
    if (found > 0) limit = limit == 0 ? found : std::min(limit, found);
  }
  return limit;
}

}  // namespace

std::size_t available_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  const std::size_t machine =
      pages > 0 && page > 0 ? static_cast<std::size_t>(pages) * static_cast<std::size_t>(page) : 0;
  const std::size_t group = group_limit();
  if (machine == 0 || group == 0) return std::max(machine, group);
  return std::min(machine, group);
}

std::size_t default_image_memory() {
  const std::size_t available = available_memory();
  return available > 0 ? available / 4 : std::size_t(1) << 30;
}

}  // namespace triptych
