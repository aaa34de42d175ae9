#include "engine/file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include "engine/error.h"
#include "engine/file_kind.h"
#include "engine/text.h"

namespace triptych {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(const fs::path& path, int code) {
  fail("{} could not be written: {}", shown(path),
       code ? std::strerror(code) : "the stream reports an error");
}
[[noreturn]] void cannot_read(const fs::path& path, const char* why) {
  fail("{} cannot be read: {}", shown(path), why);
}

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

// A file that is removed by the destructor unless `kept` is set.
struct TemporaryFile {
  fs::path path;
  bool kept = false;
  ~TemporaryFile() {
    std::error_code ignored;
    if (!kept) fs::remove(path, ignored);
  }
};

// "model.safetensors.4711.3.tmp": the process id and the number of the call.
fs::path temporary_name(const fs::path& target) {
  static std::atomic<unsigned> calls = 0;
  return fmt::format("{}.{}.{}.tmp", target.string(), ::getpid(), calls++);
}

// Fills `to` through a stream. `named` is the file's name in an Error.
void fill(const fs::path& to, const fs::path& named, const std::function<void(std::ostream&)>& write,
          std::ios::openmode mode = std::ios::trunc) {
  errno = 0;
  std::ofstream stream(to, std::ios::binary | mode);
  if (!stream) cannot_write(named, errno);
  write(stream);
  stream.flush();  // the last system call: errno belongs to it
  if (!stream) cannot_write(named, errno);
}

// Waits until the file's contents, or a folder's entries, are on the disk.
void sync_to_disk(const fs::path& path, const fs::path& named) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  const bool synced =
      file.number >= 0 && (::fsync(file.number) == 0 || errno == EINVAL);  // EINVAL: cannot be synced
  if (!synced) cannot_write(named, errno);
}

std::string kind_of_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string first(file_kind_bytes, '\0');
  stream.read(first.data(), static_cast<std::streamsize>(first.size()));
  first.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, stream.gcount())));
  return file_kind(first);
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

// Whether a file such as "x.4711.3.tmp" was left by a process that no longer exists.
bool is_abandoned(const std::string& name) {
  const std::string_view ending = ".tmp";
  if (!name.ends_with(ending)) return false;
  const std::size_t call = name.rfind('.', name.size() - ending.size() - 1);
  if (call == std::string::npos || call == 0) return false;
  const std::size_t process = name.rfind('.', call - 1);
  if (process == std::string::npos) return false;
  const std::string digits = name.substr(process + 1, call - process - 1);
  if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos)
    return false;
  return ::kill(static_cast<pid_t>(std::stol(digits)), 0) != 0 && errno == ESRCH;
}

// Those in `folder` whose names begin with `name`. Iterator: with or without the folders inside it.
template <class Iterator>
void remove_abandoned_of(const fs::path& folder, const std::string& name) {
  std::error_code code;
  Iterator entry(folder, fs::directory_options::skip_permission_denied, code);
  for (; !code && entry != Iterator(); entry.increment(code)) {
    const std::string file = entry->path().filename().string();
    std::error_code ignored;
    if (file.starts_with(name) && is_abandoned(file) && entry->is_regular_file(ignored))
      fs::remove(entry->path(), ignored);
  }
}

}  // namespace

void write_file(const fs::path& path, const std::function<void(std::ostream&)>& write, Existing existing) {
  std::error_code code;
  require(!fs::is_directory(path, code), "{} is a folder; a file name is wanted", shown(path));
  // A pipe or a device (--json /dev/stdout) is written directly: a rename would replace the device, or the
  // file that the shell has opened for it.
  const bool replaces = fs::exists(path, code);
  if (replaces && (!fs::is_regular_file(path, code) || path.native().starts_with("/dev/")))
    return fill(path, path, write, std::ios::app);

  const fs::path target = replaces ? fs::canonical(path) : path;  // a symbolic link stays a link
  const fs::path folder = folder_of(target);
  fs::create_directories(folder, code);
  if (code) cannot_write(path, code.value());

  TemporaryFile temporary{temporary_name(target)};
  {
    // O_EXCL: the file must not exist, and an existing link with this name is not followed.
    const Descriptor made{::open(temporary.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)};
    if (made.number < 0) {
      temporary.kept = errno == EEXIST;  // created by another process
      cannot_write(path, errno);
    }
  }
  fill(temporary.path, path, write);
  if (replaces && existing == Existing::same_kind) require_replaceable(path, kind_of_file(temporary.path));
  sync_to_disk(temporary.path, path);
  fs::rename(temporary.path, target, code);
  if (code) cannot_write(path, code.value());
  temporary.kept = true;
  sync_to_disk(folder, path);
}

void write_file(const fs::path& path, const std::string& text, Existing existing) {
  write_file(
      path, [&](std::ostream& stream) { stream << text; }, existing);
}

std::string read_file(const fs::path& path, std::uintmax_t largest) {
  // Without O_NONBLOCK, opening a pipe waits for a writer.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.number < 0) cannot_read(path, std::strerror(errno));
  struct stat status {};
  if (::fstat(file.number, &status) != 0) cannot_read(path, std::strerror(errno));
  if (S_ISDIR(status.st_mode)) cannot_read(path, "it is a folder");
  if (!S_ISREG(status.st_mode))
    cannot_read(path, "it is a pipe or a device, not a file; copy it into a file");
  const auto size = static_cast<std::uintmax_t>(status.st_size);
  require(size <= largest, "{} cannot be read: it has {} bytes, and such a file may have {} at most",
          shown(path), size, largest);
  std::string text(static_cast<std::size_t>(size), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = ::read(file.number, text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) cannot_read(path, std::strerror(errno));
    if (got == 0) break;  // it was truncated meanwhile
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

void require_replaceable(const fs::path& path, const std::string& kind) {
  std::error_code code;
  if (!fs::is_regular_file(path, code) || path.native().starts_with("/dev/")) return;
  const std::string there = kind_of_file(path);
  require(there.empty() || kind.empty() || there == kind,
          "{} holds {} and is not replaced by {}; give another name, or remove the file", shown(path), there,
          kind);
}

void require_output(const fs::path& path, std::string_view option, std::span<const fs::path> inputs) {
  std::error_code code;
  require(!path.empty(), "{} is empty; give the name of a file", option);
  require(!fs::is_directory(path, code), "{} {} is a folder; a file name is wanted", option, shown(path));
  for (const fs::path& input : inputs)
    require(!fs::equivalent(path, input, code),
            "{} {} is an input of this command ({}) and would be overwritten; give another name", option,
            shown(path), shown(input));
  // The nearest existing folder must be writable.
  fs::path folder = folder_of(fs::exists(path, code) ? fs::canonical(path, code) : path);
  while (!folder.empty() && !fs::exists(folder, code) && folder.has_parent_path() &&
         folder.parent_path() != folder)
    folder = folder.parent_path();
  if (folder.empty() || !fs::exists(folder, code)) folder = ".";
  require(fs::is_directory(folder, code), "{} {} cannot be made: {} is not a folder", option, shown(path),
          shown(folder));
  const bool device = fs::exists(path, code) && !fs::is_regular_file(path, code);
  require(device || ::access(folder.c_str(), W_OK) == 0, "{} {} could not be written: the folder {}: {}",
          option, shown(path), shown(folder), std::strerror(errno));
}

void remove_abandoned(const fs::path& path) {
  remove_abandoned_of<fs::directory_iterator>(folder_of(path), path.filename().string() + ".");
}

FolderLock::FolderLock(const fs::path& folder)
    : descriptor_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (descriptor_ < 0) cannot_read(folder, std::strerror(errno));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    ::close(std::exchange(descriptor_, -1));
    fail("{} is in use by another triptych process; wait until it has ended, or give another --out",
         shown(folder));
  }
  remove_abandoned_of<fs::recursive_directory_iterator>(folder, "");
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}
FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

}  // namespace triptych
