#include "kernels/ptx/readable.h"

#include <cxxabi.h>

#include <cstdlib>

namespace triptych::ptx {
namespace {

std::string demangled(std::string_view mangled) {
  int status = 0;
  char* const text = abi::__cxa_demangle(std::string(mangled).c_str(), nullptr, nullptr, &status);
  std::string name = status == 0 ? text : std::string(mangled);
  std::free(text);
  return name;
}

}  // namespace

std::string readable_name(std::string_view mangled) {
  const std::string name = demangled(mangled);
  // "void triptych::cuda::gemm_kernel<64, 64>(int, float*)": the first '(' outside <> begins the parameters;
  // parentheses inside the template arguments are kept.
  int depth = 0;
  std::size_t begin = 0, end = name.size();
  for (std::size_t at = 0; at < name.size(); ++at) {
    depth += name[at] == '<' ? 1 : name[at] == '>' ? -1 : 0;
    if (depth > 0) continue;
    if (name[at] == ' ' || (name[at] == ':' && at > 0 && name[at - 1] == ':')) begin = at + 1;
    if (name[at] == '(' && name.compare(at, 11, "(anonymous ") != 0) {
      end = at;
      break;
    }
  }
  std::string text = name.substr(begin, end - begin);
  constexpr std::string_view own = "triptych::cuda::";  // prefix of types among the template arguments
  for (std::size_t at; (at = text.find(own)) != std::string::npos;) text.erase(at, own.size());
  return text;
}

std::string readable_array(std::string_view mangled) {
  const std::string name = demangled(mangled);
  const std::size_t last = name.rfind("::");
  return last == std::string::npos ? name : name.substr(last + 2);
}

}  // namespace triptych::ptx
