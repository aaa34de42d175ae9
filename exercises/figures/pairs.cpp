#include "datasets/pair_sheet.h"
#include "exercises/figures/figures.h"

namespace triptych {

// The sheet of `triptych data synthetic:6 --pairs FILE --count 4`, smaller and without grain, to travel with
// the sources.
void draw_pair_sheet(const std::string& file) {
  const Dataset identities = open_dataset("synthetic:6,noise=0,clutter=0.3");
  const Image sheet = draw_pairs(identities, 4, 1);
  save_figure(file, resize(sheet, sheet.height / 2, sheet.width / 2));
}

}  // namespace triptych
