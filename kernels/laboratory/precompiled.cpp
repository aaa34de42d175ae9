#include "kernels/laboratory/precompiled.h"

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "kernels/laboratory/headers.h"
#include "kernels/laboratory/tools.h"

namespace triptych::laboratory {
namespace {

namespace fs = std::filesystem;

bool write(const fs::path& path, std::string_view text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  return bool(std::ofstream(path, std::ios::binary) << text);
}

// FNV-1a, 64 bits: a name for what the headers are made from.
class Fingerprint {
 public:
  void add(std::string_view text) {
    for (const char c : text) number_ = (number_ ^ static_cast<unsigned char>(c)) * 1099511628211u;
    number_ = (number_ ^ 256) * 1099511628211u;  // the end of a text
  }
  std::string name() const {
    char text[32];
    std::snprintf(text, sizeof text, "cuda-%016llx", static_cast<unsigned long long>(number_));
    return text;
  }

 private:
  std::uint64_t number_ = 14695981039346656037u;
};

// Empty: there is none.
fs::path cache_folder() {
  const auto value = [](const char* name) {
    const char* const text = std::getenv(name);
    return fs::path(text ? text : "");
  };
  if (std::getenv("TRIPTYCH_CACHE")) return value("TRIPTYCH_CACHE");
  if (const fs::path cache = value("XDG_CACHE_HOME"); cache.is_absolute()) return cache / "triptych";
  if (const fs::path home = value("HOME"); home.is_absolute()) return home / ".cache/triptych";
  return {};
}

bool write_headers(const fs::path& folder) {
  bool good = write(folder / "all.h",
                    "#include \"kernels/emulator/instrumented.h\"\n"
                    "#include \"cuda_runtime.h\"\n"
                    "#include \"kernels/emulator/learner.h\"\n");
  for (const Header& header : embedded_headers()) good = write(folder / header.path, header.text) && good;
  return good;
}

// Makes `kept`, in another folder first, so that no process finds half of it. Of other versions of the
// program or of the compiler nothing is kept: each is some 50 MB.
bool precompile(const std::string& compiler, const std::vector<std::string>& flags, const fs::path& kept) {
  std::error_code error;
  const fs::path part = kept.string() + ".part" + std::to_string(getpid());
  fs::create_directories(part, error);
  bool good = !error && write_headers(part);
  if (good) {
    std::vector<std::string> command{compiler};
    command.insert(command.end(), flags.begin(), flags.end());
    for (const fs::path& word :
         {fs::path("-I"), part / "kernels/emulator/include", fs::path("-I"), part, fs::path("-x"),
          fs::path("c++-header"), fs::path("-o"), part / "all.h.gch", part / "all.h"})
      command.push_back(word.string());
    good = run_tool(command).status == 0;
  }
  if (good) {
    for (const fs::directory_entry& old : fs::directory_iterator(kept.parent_path(), error))
      if (const std::string name = old.path().filename().string();
          name.starts_with("cuda-") && name.find(".part") == name.npos && old.path() != kept)
        fs::remove_all(old.path(), error);
    fs::rename(part, kept, error);  // fails where another process was first
  }
  fs::remove_all(part, error);
  return fs::exists(kept / "all.h.gch", error);
}

}  // namespace

Headers headers_in(const std::string& folder) {
  write_headers(folder);
  return {folder, false};
}

Headers headers_for(const std::string& compiler, const std::vector<std::string>& flags,
                    const std::string& folder) {
  const fs::path cache = cache_folder();
  if (cache.empty()) return headers_in(folder);
  Fingerprint fingerprint;
  fingerprint.add(run_tool({compiler, "--version"}).output);
  fingerprint.add(compiler);
  for (const std::string& flag : flags) fingerprint.add(flag);
  for (const Header& header : embedded_headers()) fingerprint.add(header.path), fingerprint.add(header.text);
  const fs::path kept = cache / fingerprint.name();
  std::error_code error;
  if (!fs::exists(kept / "all.h.gch", error) && !precompile(compiler, flags, kept)) return headers_in(folder);
  return {kept.string(), true};
}

}  // namespace triptych::laboratory
