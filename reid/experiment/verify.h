#pragma once
#include <filesystem>
#include <string>

#include "reid/experiment/watcher.h"

namespace triptych {

class Device;

struct VerifyRequest {
  std::filesystem::path path;  // folder of a run or of a table, a results.json, or a table1.json
  int again = 0;               // rows of a table that are computed from the images once more
  std::string data;            // where those images are now; empty: where they were
};

// Computes every key and every figure again from the stored inputs and ranks, and compares them with what is
// stored; a table's .md beside its .json is compared as a whole. The first difference is an Error that names
// it. Returns what was looked at, for people. `device` computes the rows of `again`.
std::string verify(const VerifyRequest& request, const Device& device, const Watcher& watcher = {});

}  // namespace triptych
