#include "datasets/parallel.h"

#include "engine/error.h"

namespace triptych {

void require_no_failures(const std::vector<Failure>& failures) {
  if (failures.empty()) return;
  const std::string& first = failures.front().message;
  if (failures.size() == 1) fail("{}", first);
  fail("{} (and {} more images with an error of their own)", first, failures.size() - 1);
}

}  // namespace triptych
