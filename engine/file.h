#pragma once
#include <filesystem>
#include <functional>
#include <ostream>
#include <string>

namespace triptych {

// Writes a file the safe way: `write` fills a stream of a temporary name in the same folder, which is then
// flushed, synced to the disk and renamed to `path`. On any failure (a full disk) the temporary file is
// removed, `path` stays as it was and an Error names it. Folders on the way are made.
void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write);
void write_file(const std::filesystem::path& path, const std::string& text);

// The whole file; an Error names it when it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace triptych
