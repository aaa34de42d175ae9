#pragma once
#include <filesystem>

#include "reid/report/page/section.h"

namespace triptych {

// The curves of a training from its log.jsonl, epochs.jsonl and events.jsonl. Steps become the means of their
// epochs. Lines that a kill cut off are passed over.
Section training_section(const std::filesystem::path& log, const std::filesystem::path& epochs,
                         const std::filesystem::path& events);

}  // namespace triptych
