// What the report's page shows of results.json and table1.json. The first byte chooses.
#include <string>

#include "engine/error.h"
#include "reid/report/page/cmc_section.h"
#include "reid/report/page/run_section.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace triptych;
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0] % 3) {
      case 0:
        cmc_section_of_run(text, "PRID-450S");
        break;
      case 1:
        cmc_section_of_table(text);
        break;
      default:
        run_section(text, {});
    }
  } catch (const Error&) {
  }
  return 0;
}
