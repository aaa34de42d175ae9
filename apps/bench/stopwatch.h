#pragma once
#include <functional>
#include <regex>
#include <string>
#include <vector>

#include "engine/tensor.h"

// What every family of figures uses. A figure is the median of interleaved samples: on a machine that others use too, things
// that are compared must be measured in turns, and a mean would tell more about the neighbours than about the code.
namespace triptych::bench {

struct Settings {
  std::regex only{""};  // figures whose name it finds anywhere are measured
  double seconds = 1;   // for each thing measured
};

// Median seconds of one call of each function. They take turns until each has had its time, and at least three samples;
// calls much shorter than a clock tick are repeated within a sample. One call of each before is not counted.
std::vector<double> interleaved_medians(const std::vector<std::function<void()>>& functions, double seconds);
inline double median_seconds(const std::function<void()>& function, double seconds) {
  return interleaved_medians({function}, seconds).front();
}

bool wanted(const Settings& settings, const std::string& name);
// "name value unit", one line a figure.
void print_figure(const std::string& name, double value, const char* unit);

// Uniform numbers in low .. high, the same in every run.
Tensor random_tensor(Device& device, const Shape& shape, double low = -1, double high = 1);

// The families, one file each.
void measure_peak(const Settings& settings);
void measure_gemm(const Settings& settings, Device& device);
void measure_convolutions(const Settings& settings, Device& device);
void measure_network(const Settings& settings, Device& device);
// Ranks, mAP and mINP of a whole Market-1501: distances and counting.
void measure_evaluation(const Settings& settings, Device& device);
// The cpu device's GEMM as a table of steps, each with one more idea (kernels/cpu/ladder.h).
void measure_ladder(const Settings& settings);
// The kernels of a training step under the roofs of this machine, as a table and as a picture (.svg or .png).
void measure_roofline(const Settings& settings, const std::string& file);
// On a GPU: beside cuBLAS, and as a share of the card's peak.
void measure_cuda_gemm(const Settings& settings, Device& device);
// On the ptx device: a table of what each kernel costs; by source line for the kernels whose name holds `lines`, if not empty.
void count_kernels(const Settings& settings, Device& device, const std::string& lines);

}  // namespace triptych::bench
