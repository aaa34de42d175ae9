#pragma once
#include <filesystem>
#include <string>

#include "engine/device.h"
#include "reid/experiment/watcher.h"

namespace triptych {

// Makes FOLDER/report.html, the page that shows a run from the inside, of what the folder holds: a run of
// `train` or `demo`, whole or broken off, or a table. What the folder lacks, the page says in its place.
// `data`: where the images are now; empty: where they were. Returns the page's path.
std::filesystem::path write_report(const std::filesystem::path& folder, const Device& device,
                                   const std::string& data = {}, const Watcher& watcher = {});

}  // namespace triptych
