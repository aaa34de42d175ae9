#include "engine/file.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
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
  write_file(path, std::string("shorter"), Existing::replace);
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
  TemporaryFolder folder;
  const fs::path path = folder.path / "text.txt";
  write_file(path, std::string("old"));
  {
    // No file may grow beyond 50 KB: the system call fails as on a full disk.
    rlimit before{}, small{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    small = before, small.rlim_cur = 50000;
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    const std::string message = message_of([&] { write_file(path, std::string(100000, 'x')); });
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(message == path.string() + " could not be written: File too large");
  }
  CHECK(read_file(path) == "old");
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
  if (!fs::exists("/dev/full")) return;
  CHECK(contains(message_of([] { write_file("/dev/full", std::string("x")); }),
                 "/dev/full could not be written: No space"));
  CHECK(fs::is_character_file("/dev/full"));  // a device is written through, never replaced
}

TEST_CASE("only a file of the same kind is replaced") {
  TemporaryFolder folder;
  const fs::path path = folder.path / "x";
  const std::string png("\x89PNG\r\n\x1a\n....", 12);
  struct Case {
    std::string there, here;
    bool replaced;
  };
  for (const Case& c : {Case{png, png + "more", true},
                        {png, "{\"a\": 1}", false},
                        {"{\"a\": 1}", "[1]", false},
                        {"[[1, 2]]", "[]", true},
                        {"row,file,person,camera\n", "row,file,person,camera\n0,a,b,1\n", true},
                        {"name,wage\nada,1\n", "row,file,person,camera\n", false},
                        {"epochs=1\n", "epochs=2\n", true},
                        {"", png, true},
                        {png, "", true},
                        {std::string("\x93NUMPY\x01\x00", 8), png, false}}) {
    CAPTURE(c.there);
    CAPTURE(c.here);
    write_file(path, c.there, Existing::replace);
    const std::string message = message_of([&] { write_file(path, c.here); });
    CHECK(message.empty() == c.replaced);
    CHECK(read_file(path) == (c.replaced ? c.here : c.there));
    if (!c.replaced) CHECK(contains(message, path.string() + " holds "));
  }
}

TEST_CASE("a temporary name is unique to its process") {
  TemporaryFolder folder;
  const fs::path path = folder.path / "text.txt";
  std::string during;
  write_file(path, [&](std::ostream& stream) {
    for (const auto& entry : fs::directory_iterator(folder.path)) during += entry.path().filename().string();
    stream << "outer";
    write_file(path, std::string("inner"));  // as another process would, meanwhile
  });
  CHECK(contains(during, fmt::format("text.txt.{}.", ::getpid())));
  CHECK(read_file(path) == "outer");
}

TEST_CASE("an output that is an input is refused under any of its names") {
  TemporaryFolder folder;
  const fs::path input = folder.path / "in.png", link = folder.path / "link.png";
  write_file(input, std::string("x"));
  fs::create_symlink(input, link);
  const std::vector<fs::path> inputs = {folder.path / "other.png", input};
  for (const fs::path& out : {input, link, folder.path / "." / "in.png"})
    CHECK(contains(message_of([&, &path = out] { require_output(path, "--out", inputs); }),
                   "is an input of this command"));
  CHECK(message_of([&] { require_output(folder.path / "new" / "out.png", "--out", inputs); }).empty());
  const fs::path before = fs::current_path();
  fs::current_path(folder.path);  // the tests may be started in a tree that is read-only
  CHECK(message_of([&] { require_output("out.png", "--out", inputs); }).empty());
  fs::current_path(before);
  CHECK(message_of([&] { require_output("/dev/stdout", "--json", inputs); }).empty());
  CHECK(contains(message_of([&] { require_output(folder.path, "--out"); }), "is a folder"));
  CHECK(contains(message_of([&] { require_output(input / "below", "--out"); }), "is not a folder"));
  CHECK(contains(message_of([&] { require_output("", "--out"); }), "--out is empty"));
}

TEST_CASE("a pipe, a device and a large file are not read") {
  TemporaryFolder folder;
  const fs::path pipe = folder.path / "pipe.png";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(contains(message_of([&] { read_file(pipe); }), "pipe.png cannot be read: it is a pipe or a device"));
  CHECK(contains(message_of([] { read_file("/dev/zero"); }), "it is a pipe or a device"));
  write_file(folder.path / "large", std::string(100, 'x'));
  CHECK(contains(message_of([&] { read_file(folder.path / "large", 99); }),
                 "it has 100 bytes, and such a file may have 99 at most"));
  CHECK(read_file(folder.path / "large", 100).size() == 100);
}

TEST_CASE("a folder is held by one lock, and what a dead process left is removed") {
  TemporaryFolder folder;
  write_file(folder.path / "log.jsonl.999999999.0.tmp", std::string("half"));
  write_file(folder.path / "maps" / "round_1.png.999999999.4.tmp", std::string("half"));
  write_file(folder.path / fmt::format("live.{}.0.tmp", ::getpid()), std::string("half"));
  write_file(folder.path / "mine.tmp", std::string("whole"));
  {
    const FolderLock first(folder.path);
    CHECK_FALSE(fs::exists(folder.path / "log.jsonl.999999999.0.tmp"));
    CHECK_FALSE(fs::exists(folder.path / "maps" / "round_1.png.999999999.4.tmp"));
    CHECK(fs::exists(folder.path / fmt::format("live.{}.0.tmp", ::getpid())));
    CHECK(fs::exists(folder.path / "mine.tmp"));
    CHECK(contains(message_of([&] { FolderLock second(folder.path); }),
                   folder.path.string() + " is in use by another triptych process"));
  }
  CHECK(message_of([&] { FolderLock again(folder.path); }).empty());
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
