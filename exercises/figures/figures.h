#pragma once
#include <string>

#include "drawing/image.h"

// The images of the lessons: each function makes one file. `build/figures NAME FILE` calls them.
namespace triptych {

void draw_convolution(const std::string& file);  // lesson 1: what two filters and a pooling make of an image
void draw_tape(const std::string& file);         // lesson 2: a tape, forward above and backward below
void draw_gradients(const std::string& file);    // lesson 3: gradients through 200 steps of a recurrence
void draw_pair_sheet(const std::string& file);   // lesson 4: synthetic people, each seen by two cameras
void draw_distances(const std::string& run,
                    const std::string& file);  // lesson 5: a run's first and last epoch
void draw_metric(const std::string& file);     // lesson 6: what a learned distance takes for near
void draw_attention(const std::string& file);  // lesson 8: what rows read, with positions and without
void draw_machines(const std::string& file);   // lesson 9: a batch, its chunks and its ranks
void draw_cells(const std::string& file);      // lesson 10: what a search in some of the cells misses
void draw_walks(const std::string& file);      // lesson 11: the same poses in two orders

// All of them as DIR/NAME.svg; that of lesson 5 when `run` is the folder of a run.
void draw_all(const std::string& folder, const std::string& run);

// As PNG, or inside an SVG when the file's name ends with .svg.
void save_figure(const std::string& file, const Image& image);

}  // namespace triptych
