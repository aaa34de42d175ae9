#pragma once
#include <filesystem>

#include "datasets/layouts.h"

namespace triptych {

// The images that a CSV file lists. The first line names the columns, in any order:
//   path      of the image, relative to `root`
//   person    a name; empty: a distractor
//   camera    a name or number
//   part      train, query, gallery, any (or empty): a split decides, or junk: left out
//   sequence  optional, a whole number: which sequence of the person by the camera the image belongs to
//   frame     optional, a whole number: its place in the sequence
// What does not fit is an Error with the line and what to do.
NamedSet read_list(const std::filesystem::path& file, const std::filesystem::path& root);

}  // namespace triptych
