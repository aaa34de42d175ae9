#include "kernels/processors.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace triptych;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "triptych-cgroup-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  void write(const std::string& file, const std::string& text) const {
    fs::create_directories((path / file).parent_path());
    std::ofstream(path / file) << text;
  }
  double quota() const { return cgroup_quota(path.c_str(), (path / "self").c_str()); }
};

}  // namespace

TEST_CASE("processors: a quota of version 2, the smallest on the way to the root") {
  const Folder folder;
  folder.write("self", "0::/a/b\n");
  CHECK(folder.quota() == 0);
  folder.write("a/b/cpu.max", "max 100000\n");
  CHECK(folder.quota() == 0);
  folder.write("cpu.max", "400000 100000\n");
  CHECK(folder.quota() == 4);
  folder.write("a/cpu.max", "150000 100000\n");
  CHECK(folder.quota() == 1.5);
}

TEST_CASE("processors: a quota of version 1, and a path of which nothing is mounted") {
  const Folder folder;
  folder.write("self", "5:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/\n");
  folder.write("cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  folder.write("cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  CHECK(folder.quota() == 0);
  folder.write("cpu,cpuacct/cpu.cfs_quota_us", "200000\n");
  CHECK(folder.quota() == 2);
}

TEST_CASE("processors: no files, or nonsense in them, is no quota") {
  const Folder folder;
  CHECK(folder.quota() == 0);
  folder.write("self", "nonsense\n0::\n");
  folder.write("cpu.max", "many\n");
  CHECK(folder.quota() == 0);
}

TEST_CASE("processors: OMP_NUM_THREADS makes the default smaller") {
  const char* before = std::getenv("OMP_NUM_THREADS");
  const std::string kept = before ? before : "";
  ::unsetenv("OMP_NUM_THREADS");
  CHECK(default_threads() == available_processors());
  CHECK(default_threads() >= 1);
  for (const char* one : {"1", "1,4"}) {
    ::setenv("OMP_NUM_THREADS", one, 1);
    CHECK(default_threads() == 1);
  }
  for (const char* other : {"100000", "", "many", "-1"}) {
    ::setenv("OMP_NUM_THREADS", other, 1);
    CHECK(default_threads() == available_processors());
  }
  if (before)
    ::setenv("OMP_NUM_THREADS", kept.c_str(), 1);
  else
    ::unsetenv("OMP_NUM_THREADS");
}
