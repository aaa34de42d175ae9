#pragma once
#include <string>

#include "reid/experiment/watcher.h"
#include "reid/table/table.h"

namespace triptych {

class Device;

// Computes `count` rows of a table, spread over its methods and splits, from the images in `data` once more.
// An Error names the first rank that differs, or why nothing can be compared (other images, another machine).
// Rows of networks are left out: they would be trained for minutes each.
void compute_again(const ResultTable& table, const std::string& data, int count, const Device& device,
                   const Watcher& watcher);

}  // namespace triptych
