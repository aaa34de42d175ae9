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
// not a regular file: a pipe would block and a device such as /dev/zero never ends. Nothing is allocated
// before the size is known.
std::string read_file(const std::filesystem::path& path, std::uintmax_t largest = largest_file);

// ---- writing ----------------------------------------------------------------------------------------------

// What write_file does with a file of another kind that has the wanted name.
enum class Existing {
  same_kind,  // a PNG replaces a PNG, a table one with the same columns; anything else is an Error
  replace     // for files that belong to the program itself, such as a cache
};

// Writes a file in a way that leaves no half of one: `write` fills a stream of a temporary name in the same
// folder, which is unique to the process and the call; the temporary file is flushed, synced and renamed to
// `path`. On any failure (a full disk) the temporary file is removed, `path` stays as it was and an Error
// names it. Missing folders are made. A pipe or a device is written through.
void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write,
                Existing existing = Existing::same_kind);
void write_file(const std::filesystem::path& path, const std::string& text,
                Existing existing = Existing::same_kind);

// The kind of a file by its first bytes: "a PNG image", "a safetensors file", "a table with the columns ...".
// "a file of an unknown kind" when they tell nothing; empty when there are none.
std::string file_kind(std::string_view first_bytes);

// Checks an output before any work is done: an Error when `path` is one of the inputs, under whatever name
// (links, ./), is a folder, or when its folder is not there and cannot be made or written to. `option` stands
// in the message.
void require_output(const std::filesystem::path& path, std::string_view option,
                    std::span<const std::filesystem::path> inputs = {});

// ---- one process at a time --------------------------------------------------------------------------------

// Holds a folder, which must exist, for this process: a second FolderLock on it, in this process or another,
// is an Error that names the folder. The kernel releases the lock when the process ends, however it ends.
// Temporary files that a killed process left in the folder are removed. A file system without locks (some
// network file systems) is not guarded.
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
