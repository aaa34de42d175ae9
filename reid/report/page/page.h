#pragma once
#include <span>
#include <string>

#include "reid/report/page/section.h"

namespace triptych {

// The whole page: assets/page.html with its style, its scripts and the data in it. It needs nothing else,
// neither a server nor the network. `images` is ImageStore::json().
std::string page_html(const std::string& title, std::span<const Section> sections, const std::string& images);

}  // namespace triptych
