#pragma once
#include <string>

namespace triptych {

// A part of the report: its name, which assets/<name>.js draws, and its data, as JSON text.
struct Section {
  std::string name, data;
};

// A section without data in this run; the page says why, in one sentence.
Section absent(const std::string& name, const std::string& why);

}  // namespace triptych
