#pragma once
#include <string>

// The images of the lessons: each function makes one file. `build/figures NAME FILE` calls them.
namespace triptych {

void draw_convolution(const std::string& file);  // lesson 1: what two filters and a pooling make of an image
void draw_tape(const std::string& file);         // lesson 2: a tape, forward above and backward below
void draw_gradients(const std::string& file);    // lesson 3: gradients through 200 steps of a recurrence
void draw_pair_sheet(const std::string& file);   // lesson 4: synthetic people, each seen by two cameras
void draw_distances(const std::string& run,
                    const std::string& file);  // lesson 5: a run's first and last epoch
void draw_metric(const std::string& file);     // lesson 6: what a learned distance takes for near

}  // namespace triptych
