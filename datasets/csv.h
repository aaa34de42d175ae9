#pragma once
#include <string>
#include <vector>

#include "kernels/real.h"

namespace triptych {

struct CsvRecord {
  Index line = 0;  // of the file, from 1, on which the record begins
  std::vector<std::string> fields;
};

// A table as RFC 4180 defines it: records end with LF or CR LF, fields are separated by commas; a field in
// double quotes may hold commas, line breaks and quotes, which are doubled. Empty lines and a byte order mark
// are skipped. A quote that is not closed, or in the middle of a plain field, is an Error with the line;
// `name` is the file in messages.
std::vector<CsvRecord> parse_csv(const std::string& text, const std::string& name);

}  // namespace triptych
