#include "kernels/caches.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace triptych;
namespace fs = std::filesystem;

TEST_CASE("caches: those of data and no others, in KiB and MiB; 0 where none is") {
  std::string name = (fs::temp_directory_path() / "triptych-caches-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  const fs::path folder = name;
  int next = 0;
  const auto add = [&](const char* level, const char* type, const char* size) {
    const fs::path index = folder / ("index" + std::to_string(next++));
    fs::create_directories(index);
    std::ofstream(index / "level") << level << "\n";
    std::ofstream(index / "type") << type << "\n";
    std::ofstream(index / "size") << size << "\n";
  };
  add("1", "Data", "48K");
  add("1", "Instruction", "32K");
  CHECK(caches_in(name.c_str()).l2 == 0);
  add("2", "Unified", "2M");
  add("3", "Unified", "32768K");
  const Caches found = caches_in(name.c_str());
  CHECK(found.l1 == 48 << 10);
  CHECK(found.l2 == 2 << 20);
  CHECK(found.l3 == 32 << 20);
  fs::remove_all(folder);
}

TEST_CASE("caches: each level of this machine's is larger than the one before") {
  CHECK(caches().l1 >= 1 << 12);
  CHECK(caches().l2 >= caches().l1);
  CHECK(caches().l3 > 0);
}
