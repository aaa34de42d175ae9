#include "engine/file.h"

#include <fstream>

#include "tests/engine/helpers.h"

using namespace triptych;
namespace fs = std::filesystem;

TEST_CASE("a file is written whole, in folders that are made, and read back") {
  TemporaryFolder folder;
  const fs::path path = folder.path / "a" / "b" / "text.txt";
  const std::string text("one\0two\nthree", 13);
  write_file(path, text);
  CHECK(read_file(path) == text);
  write_file(path, std::string("shorter"));
  CHECK(read_file(path) == "shorter");
  CHECK(std::distance(fs::directory_iterator(path.parent_path()), fs::directory_iterator()) ==
        1);  // no temporary left
}

TEST_CASE("a writer that throws leaves the old file, and no other") {
  TemporaryFolder folder;
  const fs::path path = folder.path / "text.txt";
  write_file(path, std::string("old"));
  CHECK_THROWS_AS(write_file(path,
                             [](std::ostream& stream) {
                               stream << "half of the n";
                               throw std::runtime_error("interrupted");
                             }),
                  std::runtime_error);
  CHECK(read_file(path) == "old");
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
}

TEST_CASE("a full disk is an Error that names the file; the old file stays") {
  if (!fs::exists("/dev/full")) {
    MESSAGE("SKIPPED: no /dev/full on this system");
    return;
  }
  TemporaryFolder folder;
  const fs::path path = folder.path / "text.txt";
  write_file(path, std::string("old"));
  fs::create_symlink("/dev/full", path.string() + ".tmp");  // what is written beside the file finds no space
  const std::string message = message_of([&] { write_file(path, std::string(100000, 'x')); });
  CHECK(message == path.string() + " could not be written: No space left on device");
  CHECK(read_file(path) == "old");
  CHECK_FALSE(fs::exists(fs::symlink_status(path.string() + ".tmp")));
  CHECK(contains(message_of([] { write_file("/dev/full", std::string("x")); }),
                 "/dev/full could not be written: No space"));
  CHECK(fs::is_character_file("/dev/full"));  // a device is written through, never replaced
}

TEST_CASE("a link stays a link, and what it points at is replaced") {
  TemporaryFolder folder;
  write_file(folder.path / "real.txt", std::string("old"));
  fs::create_symlink(folder.path / "real.txt", folder.path / "link.txt");
  write_file(folder.path / "link.txt", std::string("new"));
  CHECK(fs::is_symlink(folder.path / "link.txt"));
  CHECK(read_file(folder.path / "real.txt") == "new");
}

TEST_CASE("what cannot be read or written says why") {
  TemporaryFolder folder;
  const std::string missing = (folder.path / "missing.txt").string();
  CHECK(message_of([&] { read_file(missing); }) == missing + " cannot be read: No such file or directory");
  CHECK(contains(message_of([&] { read_file(folder.path); }), "it is a folder"));
  CHECK(contains(message_of([&] { write_file(folder.path, std::string()); }),
                 "is a folder; a file name is wanted"));
  write_file(folder.path / "file", std::string("x"));
  const fs::path below = folder.path / "file" / "y";
  CHECK(contains(message_of([&] { write_file(below, std::string()); }),
                 below.string() + " could not be written: "));
}
