#include "kernels/processors.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

namespace triptych {
namespace {

// Version 2: "200000 100000", microseconds of processor time in a period, or "max 100000".
double quota_v2(const std::string& folder) {
  std::ifstream file(folder + "/cpu.max");
  double quota = 0, period = 0;
  return file >> quota >> period && quota > 0 && period > 0 ? quota / period : 0;
}

// Version 1: the same in two files; -1 is no quota.
double quota_v1(const std::string& folder) {
  std::ifstream quota_file(folder + "/cpu.cfs_quota_us"), period_file(folder + "/cpu.cfs_period_us");
  double quota = 0, period = 0;
  return quota_file >> quota && period_file >> period && quota > 0 && period > 0 ? quota / period : 0;
}

// The smallest quota of a cgroup and those above it. In a container the path of /proc/self/cgroup may be the
// host's, of which nothing is mounted: its last parent is the root, whose files are the container's.
double smallest_quota(const std::string& root, std::string path, double (*quota_of)(const std::string&)) {
  double smallest = 0;
  for (;;) {
    const double quota = quota_of(root + path);
    if (quota > 0 && (smallest == 0 || quota < smallest)) smallest = quota;
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return smallest;
    path.resize(slash);
  }
}

int processors_of_process() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

double cgroup_quota(const char* root, const char* cgroup) {
  std::ifstream lines(cgroup);
  double smallest = 0;
  for (std::string line; std::getline(lines, line);) {  // "0::/user.slice", or "4:cpu,cpuacct:/user.slice"
    std::istringstream fields(line);
    std::string number, controllers, path;
    std::getline(fields, number, ':');
    std::getline(fields, controllers, ':');
    std::getline(fields, path);
    double quota = 0;
    if (number == "0" && controllers.empty())
      quota = smallest_quota(root, path, quota_v2);
    else if (("," + controllers + ",").find(",cpu,") != std::string::npos)
      quota = std::max(smallest_quota(std::string(root) + "/cpu", path, quota_v1),
                       smallest_quota(std::string(root) + "/" + controllers, path, quota_v1));
    if (quota > 0 && (smallest == 0 || quota < smallest)) smallest = quota;
  }
  return smallest;
}

int available_processors() {
  static const int result = [] {
    const double quota = cgroup_quota("/sys/fs/cgroup", "/proc/self/cgroup");
    const int here = processors_of_process();
    return quota > 0 ? std::clamp(static_cast<int>(std::ceil(quota)), 1, here) : here;
  }();
  return result;
}

int default_threads() {
  int wanted = 0;
  if (const char* asked = std::getenv("OMP_NUM_THREADS")) wanted = std::atoi(asked);  // the first of "4,2"
  return wanted > 0 ? std::min(wanted, available_processors()) : available_processors();
}

}  // namespace triptych
