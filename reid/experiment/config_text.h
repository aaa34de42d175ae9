#pragma once
#include <string>

#include "reid/experiment/data.h"

namespace triptych {

// config.toml of a run: every option of its data, its device and its training with its value and meaning, as
// `triptych train --config` reads it.
std::string config_text(const DataChoice& choice, const Options& options, const Machine& machine);

}  // namespace triptych
