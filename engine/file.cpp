#include "engine/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "engine/error.h"

namespace triptych {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(const fs::path& path, int code) {
  fail("{} could not be written: {}", path.string(),
       code ? std::strerror(code) : "the stream reports an error");
}

// A file that is removed again unless it was kept.
struct TemporaryFile {
  fs::path path;
  bool kept = false;
  ~TemporaryFile() {
    std::error_code ignored;
    if (!kept) fs::remove(path, ignored);
  }
};

// Fills `to` through a stream. `named` is what an Error speaks of.
void fill(const fs::path& to, const fs::path& named, const std::function<void(std::ostream&)>& write) {
  errno = 0;
  std::ofstream stream(to, std::ios::binary | std::ios::trunc);
  if (!stream) cannot_write(named, errno);
  write(stream);
  stream.flush();  // the last system call: errno is its own
  if (!stream) cannot_write(named, errno);
}

// Waits until the file's contents, or a folder's list of names, are on the disk.
void sync_to_disk(const fs::path& path, const fs::path& named) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced =
      descriptor >= 0 && (::fsync(descriptor) == 0 || errno == EINVAL);  // EINVAL: cannot be synced
  const int code = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) cannot_write(named, code);
}

}  // namespace

void write_file(const fs::path& path, const std::function<void(std::ostream&)>& write) {
  std::error_code code;
  require(!fs::is_directory(path, code), "{} is a folder; a file name is wanted", path.string());
  // A pipe or a device (--json /dev/stdout) is written through: a rename would replace the device by a file.
  if (fs::exists(path, code) && !fs::is_regular_file(path, code)) return fill(path, path, write);

  const fs::path target = fs::exists(path, code) ? fs::canonical(path) : path;  // a link stays a link
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  fs::create_directories(folder, code);
  if (code) cannot_write(path, code.value());

  TemporaryFile temporary{target.string() + ".tmp"};
  fill(temporary.path, path, write);
  sync_to_disk(temporary.path, path);
  fs::rename(temporary.path, target, code);
  if (code) cannot_write(path, code.value());
  temporary.kept = true;
  sync_to_disk(folder, path);
}

void write_file(const fs::path& path, const std::string& text) {
  write_file(path, [&](std::ostream& stream) { stream << text; });
}

std::string read_file(const fs::path& path) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::error_code code;
  require(!fs::is_directory(path, code), "{} cannot be read: it is a folder", path.string());
  require(bool(stream), "{} cannot be read: {}", path.string(), std::strerror(errno));
  // As much as the file system says, and one more to meet the end; a pipe does not know its length, and is
  // read in pieces that double.
  const std::uintmax_t size = fs::file_size(path, code);
  std::string text;
  for (std::size_t next = code ? std::size_t(1) << 16 : static_cast<std::size_t>(size) + 1; stream;
       next = text.size()) {
    const std::size_t have = text.size();
    text.resize(have + next);
    stream.read(text.data() + have, static_cast<std::streamsize>(text.size() - have));
    text.resize(have + static_cast<std::size_t>(stream.gcount()));
  }
  require(!stream.bad(), "{} cannot be read: {}", path.string(), std::strerror(errno));
  return text;
}

}  // namespace triptych
