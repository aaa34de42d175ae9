#include "kernels/emulator/symbols.h"

#include <cxxabi.h>
#include <elf.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <vector>

#include "kernels/emulator/sanitizer.h"

// Of the C library: where a thread-local variable of a loaded module is stored for this OS thread.
struct ModuleOffset {
  std::size_t module, offset;
};
extern "C" void* __tls_get_addr(ModuleOffset*);

namespace triptych::emulator {
namespace {

// The program's own file, for other processes too (addr2line): under qemu /proc/PID/exe is the program to
// this process and qemu to others. The link serves where the name does not: for a file that was deleted or
// made anew since, and for a name with a quote, which the shell would not take.
std::string own_file() {
  std::error_code error;
  const std::string name = std::filesystem::read_symlink("/proc/self/exe", error).string();
  if (!error && name.find('\'') == std::string::npos && std::filesystem::exists(name, error)) return name;
  return "/proc/" + std::to_string(getpid()) + "/exe";
}

// A program or shared library, as loaded. thread_locals is this OS thread's copy of its thread-local
// variables.
struct Placement {
  std::size_t offset = 0, begin = 0, end = 0;
  char* thread_locals = nullptr;
  std::size_t module = 0;
  std::string file = own_file();
  bool holds(const void* address) const {
    return reinterpret_cast<std::size_t>(address) - begin < end - begin;
  }
};

Placement placement(const void* address) {
  struct Search {
    std::size_t here;
    Placement found;
  } search{reinterpret_cast<std::size_t>(address), {}};
  const auto visit = [](dl_phdr_info* info, std::size_t, void* out) {
    auto& [here, place] = *static_cast<Search*>(out);
    bool holds = false;
    std::size_t begin = ~std::size_t{0}, end = 0;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
      const auto& part = info->dlpi_phdr[i];
      if (part.p_type != PT_LOAD) continue;
      const std::size_t first = info->dlpi_addr + part.p_vaddr;
      holds |= here - first < part.p_memsz;
      begin = std::min(begin, first);
      end = std::max(end, first + part.p_memsz);
    }
    if (!holds) return 0;  // the next one
    place.offset = info->dlpi_addr;
    place.begin = begin;
    place.end = end;
    place.thread_locals = static_cast<char*>(info->dlpi_tls_data);
    place.module = info->dlpi_tls_modid;
    if (info->dlpi_name && *info->dlpi_name) place.file = info->dlpi_name;
    return 1;
  };
  dl_iterate_phdr(visit, &search);
  return search.found;
}

const void* own_code() {
  return reinterpret_cast<const void*>(&all_functions);
}

// "_ZZN8triptych4cuda4gemmEPfE4tile" is the variable tile of the function _ZN8triptych4cuda4gemmEPf.
// A kernel of C linkage has a plain name: _ZZ4gemmE4tile is the variable tile of gemm.
bool is_local_of(std::string_view variable, std::string_view function) {
  if (!variable.starts_with("_ZZ") || function.empty()) return false;
  const std::string within = function.starts_with("_Z")
                                 ? std::string(function.substr(2))
                                 : std::to_string(function.size()) + std::string(function);
  return variable.substr(3).starts_with(within) && variable.substr(3 + within.size()).starts_with("E");
}

// A library has copies of these, which are not used.
bool is_index_variable(std::string_view name) {
  return name == "threadIdx" || name == "blockIdx" || name == "blockDim" || name == "gridDim";
}

class Image {
 public:
  // The learner's: every function may be a kernel.
  Image(const void* address, bool learners) : place(placement(address)), learners_(learners) {
    std::ifstream stream(place.file, std::ios::binary);
    file_.assign(std::istreambuf_iterator<char>(stream), {});
    if (file_.size() < sizeof(ElfW(Ehdr))) return;
    const auto& header = *reinterpret_cast<const ElfW(Ehdr)*>(file_.data());
    const auto* sections = reinterpret_cast<const ElfW(Shdr)*>(file_.data() + header.e_shoff);
    const char* const names = file_.data() + sections[header.e_shstrndx].sh_offset;
    for (int i = 0; i < header.e_shnum; ++i)
      if (std::string_view(names + sections[i].sh_name) == "triptych_device") device_section_ = i;
    for (int i = 0; i < header.e_shnum; ++i)
      if (sections[i].sh_type == SHT_SYMTAB) read(sections[i], sections[sections[i].sh_link]);
    std::sort(arrays.begin(), arrays.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  }

  std::span<const SharedArray> arrays_of(std::string_view kernel) {
    if (const auto found = by_kernel_.find(kernel); found != by_kernel_.end()) return found->second;
    std::vector<SharedArray> own;
    for (const SharedArray& array : arrays)
      if (is_local_of(array.name, kernel)) own.push_back(array);
    return by_kernel_.emplace(kernel, std::move(own)).first->second;
  }

  Placement place;
  std::map<std::size_t, std::string_view> functions;  // by address in the file
  std::vector<SharedArray> arrays;                    // sorted by name
  std::vector<DeviceVariable> variables;

 private:
  void read(const ElfW(Shdr) & table, const ElfW(Shdr) & strings) {
    const auto* symbols = reinterpret_cast<const ElfW(Sym)*>(file_.data() + table.sh_offset);
    for (std::size_t i = 0; i < table.sh_size / sizeof(ElfW(Sym)); ++i) {
      const std::string_view name = file_.data() + strings.sh_offset + symbols[i].st_name;
      const int type = ELF64_ST_TYPE(symbols[i].st_info);
      if (symbols[i].st_size == 0) continue;
      if (type == STT_FUNC && (learners_ || name.starts_with("_ZN8triptych")))
        functions[symbols[i].st_value] = name;
      // With a sanitizer the shared arrays are static variables, as others are.
      const bool shared =
          type == STT_TLS && !sanitized && symbols[i].st_shndx != SHN_UNDEF && !is_index_variable(name);
      if (shared && (learners_ || name.starts_with("_ZZN8triptych4cuda")))
        arrays.push_back({name, symbols[i].st_value, symbols[i].st_size, learners_ ? place.module : 0});
      if (type == STT_OBJECT && device_section_ > 0 && symbols[i].st_shndx == device_section_)
        variables.push_back(
            {name, reinterpret_cast<char*>(place.offset + symbols[i].st_value), symbols[i].st_size});
    }
  }

  bool learners_;
  std::vector<char> file_;
  int device_section_ = 0;
  std::map<std::string_view, std::vector<SharedArray>> by_kernel_;
};

Image& own_image() {
  static Image& image = *new Image(own_code(), false);
  return image;
}

// Null until there is one.
Image* added_image = nullptr;

Image& image_of(const void* address) {
  return added_image && added_image->place.holds(address) ? *added_image : own_image();
}

}  // namespace

std::vector<DeviceVariable> add_image(const void* address) {
  added_image = new Image(address, true);
  return added_image->variables;
}

std::vector<DeviceVariable> added_variables() {
  return added_image ? added_image->variables : std::vector<DeviceVariable>{};
}

bool is_in_added_image(const void* address) {
  return added_image && added_image->place.holds(address);
}

std::size_t load_offset(const void* address) {
  return image_of(address).place.offset;
}

const std::string& image_file(const void* address) {
  return image_of(address).place.file;
}

std::string_view symbol_at(const void* function) {
  Image& image = image_of(function);
  const auto found = image.functions.find(reinterpret_cast<std::size_t>(function) - image.place.offset);
  return found == image.functions.end() ? std::string_view() : found->second;
}

std::vector<std::string_view> all_functions() {
  std::vector<std::string_view> names;
  for (const auto& [address, name] : own_image().functions) names.push_back(name);
  return names;
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
  return (added_image ? *added_image : own_image()).arrays_of(kernel);
}

std::span<const SharedArray> all_shared_arrays() {
  return (added_image ? *added_image : own_image()).arrays;
}

void* address_on_this_thread(const SharedArray& array) {
  if (array.module) {  // the library's memory is allocated when an OS thread asks for it
    ModuleOffset place{array.module, array.offset};
    return __tls_get_addr(&place);
  }
  thread_local char* const base = placement(own_code()).thread_locals;
  return base + array.offset;
}

}  // namespace triptych::emulator
