#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace triptych {

// ---- reading ----------------------------------------------------------------------------------------------

inline constexpr std::uintmax_t largest_file = std::uintmax_t(16) << 30;  // bytes

// The whole file. An Error names a file that cannot be read, that is larger than `largest` bytes, or that is
// not a regular file: a pipe would block, and a device such as /dev/zero never ends. The size is checked
// before any allocation.
std::string read_file(const std::filesystem::path& path, std::uintmax_t largest = largest_file);

// ---- writing ----------------------------------------------------------------------------------------------

// What write_file does with an existing file of another kind.
enum class Existing {
  same_kind,  // a PNG replaces a PNG, a table one with the same columns; anything else is an Error
  replace     // for files that belong to the program itself, such as a cache
};

// Writes a file atomically: `write` fills a temporary file in the same folder, whose name is unique to the
// process and the call; it is flushed, synced and renamed to `path`. On any failure (a full disk) the
// temporary file is removed, `path` is unchanged and an Error names it. Missing folders are created. A pipe
// or a device is written directly.
void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write,
                Existing existing = Existing::same_kind);
void write_file(const std::filesystem::path& path, const std::string& text,
                Existing existing = Existing::same_kind);

// The kind of a file by its first bytes: "a PNG image", "a safetensors file", "a table with the columns ...";
// "a file of an unknown kind" when they do not identify it; empty for an empty file.
std::string file_kind(std::string_view first_bytes);

// The same check for a result that is not there yet: an Error when `path` holds a file of another kind.
void require_replaceable(const std::filesystem::path& path, const std::string& kind);

// Checks an output path before any work is done. It is an Error if `path` is one of the inputs, under any
// name (links, ./), or a folder, or if its folder does not exist and cannot be created or written to. The
// message contains `option`.
void require_output(const std::filesystem::path& path, std::string_view option,
                    std::span<const std::filesystem::path> inputs = {});

// Removes the temporary files that write_file left of `path` in processes that were killed.
void remove_abandoned(const std::filesystem::path& path);

// ---- one process at a time --------------------------------------------------------------------------------

// Locks a folder, which must exist, for this process: a second FolderLock on it, in this process or another,
// is an Error that names the folder. The kernel releases the lock when the process ends, in any way.
// Temporary files that a killed process left in the folder, or in one inside it, are removed. File systems
// without locks (some network file systems) are not protected.
class FolderLock {
 public:
  FolderLock() = default;
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;

 private:
  int descriptor_ = -1;
};

}  // namespace triptych
