// The CSV file that lists images, and names of image files in the style of Market-1501.
#include <string>

#include "datasets/csv.h"
#include "datasets/layouts.h"
#include "engine/error.h"
#include "engine/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace triptych;
  const std::string text(reinterpret_cast<const char*>(data), size);
  parse_market_name(text);
  try {
    for (const CsvRecord& record : parse_csv(text, "x")) {
      std::string line;
      for (const std::string& field : record.fields) line += (line.empty() ? "" : ",") + csv_field(field);
      // A record is read again as it was, but for empty lines and byte order marks, which are skipped.
      if (record.fields.front().empty() || line.starts_with("\xEF\xBB\xBF")) continue;
      if (parse_csv(line, "again").front().fields != record.fields) __builtin_trap();
    }
  } catch (const Error&) {
  }
  return 0;
}
