#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/laboratory/source.h"

namespace triptych::laboratory {

using KernelNames = std::set<std::string, std::less<>>;

// A file as C++ for the emulator, with every line where it was. kernels: the names of the program's.
// includes: as they are spelled, the names of the rewritten files. What is not known here is added to
// `refusals`.
std::string rewritten(std::string_view text, const std::string& name, const KernelNames& kernels,
                      const std::map<std::string, std::string>& includes, std::vector<Refusal>& refusals);

}  // namespace triptych::laboratory
