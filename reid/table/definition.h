#pragma once
#include <string>
#include <vector>

#include "reid/table/method.h"

namespace triptych {

// What a method computes, as JSON text: its features with all that they depend on, its metric with every
// candidate's options, what it fuses. Names for people (slug, name, what, note), the number of splits and the
// file names of recipes are not in it: they change no result. A network's own key stands for its recipe.
std::string definition(const Method& method);

// The recipes whose networks the method and its members read, in the order of first use; those with held-out
// people, on which a fusion chooses its weights, after the others.
std::vector<std::string> recipes_of(const Method& method);

}  // namespace triptych
