#pragma once
#include <string>

namespace triptych {

// The command line as it was typed, for results.json: a result says how to make it again.
void remember_invocation(int count, const char* const* arguments);
const std::string& invocation();

}  // namespace triptych
