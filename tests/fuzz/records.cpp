// What a run and a table leave behind and read again: log lines, results, rows. The first byte chooses.
#include "reid/report/records.h"

#include <string>

#include "engine/error.h"
#include "reid/experiment/rows.h"
#include "reid/report/results.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace triptych;
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0] % 5) {
      case 0:
        read_log_line(text);
        break;
      case 1:
        read_epoch_line(text);
        break;
      case 2:
        read_event_line(text);
        break;
      case 3:
        parse_results(text, "x");
        break;
      default:
        row_from_json(text);
    }
  } catch (const Error&) {
  }
  return 0;
}
