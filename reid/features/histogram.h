#pragma once
#include "reid/features/lbp.h"

namespace triptych {

// Colour histograms and local binary patterns on a grid of blocks: the plain feature of many metric-learning
// papers (Koestinger et al. 2012; Xiong et al. 2014). An image of 128 x 48 has 15 x 6 of them: blocks of 16
// rows and 8 columns every 8 pixels, and in each
//     8 channels (R, G, B, H, S, V, Y, Cb) x 16 even steps,   each 16 sum to the block's 128 pixels
//     uniform LBP(8, 1), 59 bins, and LBP(16, 2), 243 bins,   each sums to 128
//
//     histograms = [ colour: blocks x 128 | texture: blocks x 302 ]
constexpr Index histogram_height = 128, histogram_width = 48;
constexpr Index block_height = 16, block_width = 8, block_stride = 8;
constexpr Index block_rows = (histogram_height - block_height) / block_stride + 1;
constexpr Index block_columns = (histogram_width - block_width) / block_stride + 1;
constexpr Index histogram_blocks = block_rows * block_columns, histogram_channels = 8, histogram_steps = 16;
constexpr Index histogram_colours = histogram_blocks * histogram_channels * histogram_steps;
constexpr Index histogram_textures = histogram_blocks * (lbp_bins(8) + lbp_bins(16));
constexpr Index histogram_size = histogram_colours + histogram_textures;

// rgb: [3, 128, 48], 0..1. out: [histogram_size].
void histogram_lbp(const Planes& rgb, float* out);

}  // namespace triptych
