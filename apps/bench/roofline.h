#pragma once
#include <functional>
#include <string>
#include <vector>

#include "drawing/drawing.h"
#include "engine/tensor.h"

namespace triptych::bench {

// A kernel at a size, with what it must do at the least: floating-point operations (a multiply-add is two, an
// exponential one), and bytes that come from memory or go there when every array is touched once.
struct Workload {
  std::string name;
  double operations, bytes;
  std::function<void()> run;
  double intensity() const { return operations / bytes; }
};

// The kernels of a training step, at the sizes of the default network on 32 crops.
std::vector<Workload> roofline_workloads(const Device& device);

// What was measured: GFLOP/s of each workload under the two roofs (Williams, Waterman & Patterson 2009): a
// kernel of intensity I can at most do min(peak, I * bandwidth).
struct Roofline {
  double peak, bandwidth;  // GFLOP/s, GB/s
  struct Point {
    std::string name;
    double intensity, speed;  // operations a byte, GFLOP/s
  };
  std::vector<Point> points;
  double roof(double intensity) const;
};
Drawing draw(const Roofline& roofline, const std::string& title);

}  // namespace triptych::bench
