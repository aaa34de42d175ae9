#include "kernels/ptx/resources.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace triptych::ptx {
namespace {

// The n-th text in single quotes of a line.
std::string quoted(const std::string& line, int n) {
  std::size_t begin = 0;
  for (int i = 0; i < 2 * n + 1; ++i) {
    begin = line.find('\'', begin);
    if (begin == std::string::npos) return {};
    ++begin;
  }
  return line.substr(begin, line.find('\'', begin) - begin);
}

// The number before `unit`: "8704 bytes smem", "73 registers"; 0 without one.
int number_before(const std::string& line, const std::string& unit) {
  const std::size_t at = line.find(unit);
  if (at == std::string::npos) return 0;
  const std::size_t begin = line.find_last_not_of("0123456789", at - 1) + 1;
  return std::atoi(line.c_str() + begin);
}

//   ptxas info    : Compiling entry function 'NAME' for 'sm_80'
//   ptxas info    : Used 73 registers, used 1 barriers, 8704 bytes smem, 464 bytes cmem[0]
void read(const std::filesystem::path& file, const std::string& architecture,
          std::map<std::string, Resources>& out) {
  std::ifstream stream(file);
  std::string kernel;
  for (std::string line; std::getline(stream, line);) {
    if (line.find("Compiling entry function") != std::string::npos)
      kernel = quoted(line, 1) == architecture ? quoted(line, 0) : "";
    if (!kernel.empty() && line.find(" registers") != std::string::npos)
      out[kernel] = {number_before(line, " registers"), number_before(line, " bytes smem")};
  }
}

}  // namespace

std::map<std::string, Resources> resources(const std::string& folder, const std::string& architecture) {
  std::map<std::string, Resources> all;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".ptxas") read(entry.path(), architecture, all);
  return all;
}

}  // namespace triptych::ptx
