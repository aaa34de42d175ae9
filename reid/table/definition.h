#pragma once
#include <string>
#include <vector>

#include "reid/table/method.h"

namespace triptych {

// Everything that determines a method's results, as JSON text: its features with their parameters, its metric
// with the options of every candidate, the methods it fuses. Display names (slug, name, what, note), the
// number of splits and the file names of recipes are left out, since no result depends on them. A network is
// represented by its own key.
std::string definition(const Method& method);

// The recipes of the networks that the method and its members use, in the order of first use, followed by
// those with held-out identities, on which a fusion chooses its weights.
std::vector<std::string> recipes_of(const Method& method);

}  // namespace triptych
