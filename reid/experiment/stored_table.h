#pragma once
#include <string>

#include "reid/table/table.h"

namespace triptych {

// A table1.json, read back.
struct StoredTable {
  // Every figure follows from the stored ranks and every key from the stored inputs and from this program's
  // definition of the method; none of them is read. Costs (seconds, dimensions) and names are.
  ResultTable table;
  Provenance from;
};

// An Error names the file when it is no such table, or one of a version that kept no ranks.
StoredTable read_table(const std::string& json, const std::string& origin);

}  // namespace triptych
