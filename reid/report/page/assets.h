#pragma once
#include <span>
#include <string_view>

namespace triptych {

// A text file of the repository that the Makefile has put into the program, so that a report can be made
// anywhere.
struct Asset {
  std::string_view path, text;  // "reid/report/page/assets/core.js", what it says
};
// The page's own HTML, CSS and JavaScript, and the sources of the ops (engine/ops/*.cpp). Defined by a file
// that tests/scripts/embed.sh writes.
std::span<const Asset> embedded_assets();
// One of them; an Error when the program was built without it.
std::string_view asset(std::string_view path);

}  // namespace triptych
