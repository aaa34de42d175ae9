#include "kernels/emulator/symbols.h"

#include <cxxabi.h>
#include <elf.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <vector>

#include "kernels/emulator/sanitizer.h"

namespace triptych::emulator {
namespace {

// The program or shared library that holds this code, as loaded. thread_locals is this OS thread's copy of
// its thread-local variables.
struct Placement {
  std::size_t offset = 0;
  char* thread_locals = nullptr;
  std::string file = "/proc/" + std::to_string(getpid()) + "/exe";
};

Placement placement() {
  Placement result;
  const auto visit = [](dl_phdr_info* info, std::size_t, void* out) {
    const auto here = reinterpret_cast<std::size_t>(&load_offset);
    bool holds = false;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
      const auto& part = info->dlpi_phdr[i];
      holds |= part.p_type == PT_LOAD && here - (info->dlpi_addr + part.p_vaddr) < part.p_memsz;
    }
    if (!holds) return 0;  // the next one
    auto& place = *static_cast<Placement*>(out);
    place.offset = info->dlpi_addr;
    place.thread_locals = static_cast<char*>(info->dlpi_tls_data);
    if (info->dlpi_name && *info->dlpi_name) place.file = info->dlpi_name;
    return 1;
  };
  dl_iterate_phdr(visit, &result);
  return result;
}

// "_ZZN8triptych4cuda4gemmEPfE4tile" is the variable tile of the function _ZN8triptych4cuda4gemmEPf.
bool is_local_of(std::string_view variable, std::string_view function) {
  return function.size() > 2 && variable.starts_with("_ZZ") &&
         variable.substr(3).starts_with(function.substr(2)) &&
         variable.substr(1 + function.size()).starts_with("E");
}

struct Symbols {
  std::vector<char> file;
  std::map<std::size_t, std::string_view> functions;  // by address in the file
  std::vector<SharedArray> arrays;                    // sorted by name
  std::map<std::string_view, std::vector<SharedArray>> by_kernel;

  Symbols() {
    std::ifstream stream(image_file(), std::ios::binary);
    file.assign(std::istreambuf_iterator<char>(stream), {});
    if (file.size() < sizeof(ElfW(Ehdr))) return;
    const auto& header = *reinterpret_cast<const ElfW(Ehdr)*>(file.data());
    const auto* sections = reinterpret_cast<const ElfW(Shdr)*>(file.data() + header.e_shoff);
    for (int i = 0; i < header.e_shnum; ++i)
      if (sections[i].sh_type == SHT_SYMTAB) read(sections[i], sections[sections[i].sh_link]);
    std::sort(arrays.begin(), arrays.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  }

  void read(const ElfW(Shdr) & table, const ElfW(Shdr) & strings) {
    const auto* symbols = reinterpret_cast<const ElfW(Sym)*>(file.data() + table.sh_offset);
    for (std::size_t i = 0; i < table.sh_size / sizeof(ElfW(Sym)); ++i) {
      const std::string_view name = file.data() + strings.sh_offset + symbols[i].st_name;
      const int type = ELF64_ST_TYPE(symbols[i].st_info);
      if (type == STT_FUNC && symbols[i].st_size > 0 && name.starts_with("_ZN8triptych"))
        functions[symbols[i].st_value] = name;
      // With a sanitizer the shared arrays are static variables, as others are.
      const bool shared = type == STT_TLS && !sanitized;
      if (shared && symbols[i].st_size > 0 && name.starts_with("_ZZN8triptych4cuda"))
        arrays.push_back({name, symbols[i].st_value, symbols[i].st_size});
    }
  }
};

Symbols& symbols() {
  static Symbols instance;
  return instance;
}

}  // namespace

std::size_t load_offset() {
  static const std::size_t offset = placement().offset;
  return offset;
}

const std::string& image_file() {
  static const std::string file = placement().file;
  return file;
}

std::string_view symbol_at(const void* function) {
  const auto& functions = symbols().functions;
  const auto found = functions.find(reinterpret_cast<std::size_t>(function) - load_offset());
  return found == functions.end() ? std::string_view() : found->second;
}

std::string readable_symbol(std::string_view mangled) {
  int status = 0;
  char* text = abi::__cxa_demangle(std::string(mangled).c_str(), nullptr, nullptr, &status);
  if (!text) return std::string(mangled);
  std::string name = text;
  std::free(text);
  // "void triptych::cuda::gemm<64, 64>(int, ...)": removes the return type, the namespaces and the
  // parameters.
  int depth = 0;
  std::size_t first = 0, end = name.size();
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '<') ++depth;
    if (name[i] == '>') --depth;
    if (depth > 0) continue;
    if (name[i] == ' ' || name[i] == ':') first = i + 1;
    if (name[i] == '(' && i > first) {
      end = i;
      break;
    }
  }
  return name.substr(first, end - first);
}

std::span<const SharedArray> shared_arrays_of(std::string_view kernel) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  Symbols& all = symbols();
  if (const auto found = all.by_kernel.find(kernel); found != all.by_kernel.end()) return found->second;
  std::vector<SharedArray> own;
  for (const SharedArray& array : all.arrays)
    if (is_local_of(array.name, kernel)) own.push_back(array);
  return all.by_kernel.emplace(kernel, std::move(own)).first->second;
}

std::span<const SharedArray> all_shared_arrays() {
  return symbols().arrays;
}

void* address_on_this_thread(const SharedArray& array) {
  thread_local char* const base = placement().thread_locals;
  return base + array.offset;
}

}  // namespace triptych::emulator
