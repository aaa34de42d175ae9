#pragma once
#include <span>

#include "reid/features/planes.h"

namespace triptych {

// Local maximal occurrence (Liao et al. 2015) of an image of 128 x 48 pixels. A window of 10 x 10 pixels,
// moved in steps of 5, counts which patterns it sees; of all windows of one row, the maximum of each count is
// kept. So the feature says *that* a pattern occurs at this height and not *where* along the row, and changes
// little when a person turns. Patterns: the colour, hue, saturation and value in 8 steps each (512), and
// SILTP at radius 3 and 5 with tau = 0.3 (81 each); three scales, each half the last: 24 + 11 + 5 rows of
// windows.
//
//     counts = [ colour: 40 rows x 512 | SILTP 3: 40 rows x 81 | SILTP 5: 40 rows x 81 ],
//              26,960 values, 0..100
constexpr Index lomo_height = 128, lomo_width = 48;
constexpr Index lomo_rows = 24 + 11 + 5, lomo_colours = 512;
constexpr Index lomo_size = lomo_rows * (lomo_colours + 81 + 81);

struct LomoOptions {
  // The first implementation halves the image of quantised hue, saturation and value (rounded down), where
  // the mean of two reds on both sides of hue 0 is a cyan. Here colours are halved as red, green and blue
  // instead, unless this asks for the original.
  bool halve_bins = false;
};

// `colours` [3, 128, 48] gives the colour patterns and may have been treated (retinex.h); `grey` [1, 128, 48]
// gives the SILTP patterns. counts: [lomo_size].
void lomo(const Planes& colours, const Planes& grey, const LomoOptions& options, float* counts);

// maximum[row, code] over the windows of the row: codes [height, width], each below `kinds`. Returns the rows
// written.
Index maximal_occurrence(std::span<const std::uint16_t> codes, Index height, Index width, Index kinds,
                         float* maximum);

}  // namespace triptych
