#pragma once
#include <functional>
#include <regex>
#include <string>
#include <vector>

#include "engine/tensor.h"

namespace triptych {
enum class Mining;
}

// What every family of figures uses. A figure is the median of interleaved samples: on a machine that others
// use too, things that are compared must be measured in turns, and a mean would tell more about the
// neighbours than about the code.
namespace triptych::bench {

struct Settings {
  std::regex only{""};  // figures whose name it finds anywhere are measured
  double seconds = 1;   // for each thing measured
  bool list = false;    // only print the names
};

// Seconds of the wall, and of all cores that this process had meanwhile.
struct Clock {
  double wall, cpu;
  static Clock now();
  Clock operator-(const Clock& earlier) const { return {wall - earlier.wall, cpu - earlier.cpu}; }
};

// One thread's time is the CPU time of the process, which neighbours disturb least. Several threads' time is
// the wall's, and a sample counts only if the process had nearly all of that many cores: two threads on one
// core take longer than one thread does, and say nothing about the code. A device of its own (threads =
// on_device) is timed by the wall.
constexpr int on_device = 0;
constexpr double least_share = 0.975;  // of the cores: CPU time / wall >= 1.95 for two threads

// What is measured on a device: two threads, then one; on a GPU it is the device once.
std::vector<int> numbers_of_threads(const Device& device);
std::string threads_suffix(int threads);  // "_2t"; "" for a device of its own

struct Timing {
  double seconds = 0;  // median of one call, over the samples that count
  int threads = 1;
  int valid = 0, samples = 0;  // how many count, of how many
  double most_cores = 0;       // the largest CPU time / wall of any sample
};

// One call of each function, in turns, until each has had its time and three samples that count; with several
// threads waiting for those ends after four times the time. Short calls are repeated within a sample. One
// call of each before is not counted.
std::vector<Timing> times_in_turns(const std::vector<std::function<void()>>& functions, int threads,
                                   double seconds);
inline Timing time_of(const std::function<void()>& function, int threads, double seconds) {
  return times_in_turns({function}, threads, seconds).front();
}
double median(std::vector<double> samples);

// Whether --only finds the name; with --list it is printed and nothing is wanted.
bool wanted(const Settings& settings, const std::string& name);
// "name value unit", one line a figure.
void print_figure(const std::string& name, double value, const char* unit);
// The same for what was timed, and behind a figure of several threads "name_valid N samples". With N = 0 the
// figure is left out, since there is none; print_left_out() says at the end how many these were.
void print_time(const std::string& name, const Timing& time);                      // ms
void print_speed(const std::string& name, const Timing& time, double operations);  // GFLOP/s
void print_left_out();
// time of the other / ours: how many times as long the other takes. Left out where one of them did not count.
void print_ratio(const std::string& name, const Timing& ours, const Timing& other);

// The most memory that this process has held: tells something of a figure that was measured alone, with
// --only 'train_step_b96_1t$|peak_memory'.
void print_peak_memory(const Settings& settings);

// Uniform numbers in low .. high, the same in every run.
Tensor random_tensor(const Device& device, const Shape& shape, double low = -1, double high = 1);

// The families, one file each.
void measure_peak(const Settings& settings);
void measure_gemm(const Settings& settings, const Device& device);
void measure_convolutions(const Settings& settings, const Device& device);
void measure_network(const Settings& settings, const Device& device);
// Ranks, mAP and mINP of a whole Market-1501: distances and counting.
void measure_evaluation(const Settings& settings, const Device& device);
// Searching galleries of `rows` embeddings of `size` random numbers: one query, and queries together; beside
// FAISS where its module is there, whose flat index holds all rows in memory. `file`: where the rows go, and
// are from an earlier run; empty: a temporary file.
struct SearchSizes {
  Index rows = 100000, size = 896;
  std::string file;
};
void measure_search(const Settings& settings, const SearchSizes& sizes);
// From the start of a process to the first embedding.
void measure_start(const Settings& settings);
// What of a training step is not the network: loss, optimizer, loading; and what pooling and activations
// cost.
void measure_overhead(const Settings& settings);
// The cpu device's GEMM and convolution as tables of steps, each with one more idea (kernels/cpu/ladder.h).
void measure_gemm_ladder(const Settings& settings);
void measure_convolution_ladder(const Settings& settings);
// The kernels of a training step under the roofs of this machine, as a table and as an image (.svg or .png).
void measure_roofline(const Settings& settings, const std::string& file);
// On a GPU: beside cuBLAS, and as a share of the card's peak.
void measure_cuda_gemm(const Settings& settings, const Device& device);
// On the ptx device: a table of what each kernel costs; by source line for the kernels whose name holds
// `lines`, if not empty.
void count_kernels(const Settings& settings, const Device& device, const std::string& lines);
// On the ptx device: what each kernel of a step of the default training on so many images, two of each
// person, asks of the card of this name (cards.h): counts, occupancy, and estimated times.
void profile_on_paper(const Settings& settings, const Device& device, const std::string& card, Index images);

// One step of the default training on random images, two of each person: forward, every part of the loss,
// backward, gradient clipping, AdamW. The function keeps the network, which the step leaves as it is.
std::function<void()> default_training_step(const Device& device, Index images);
// On the devices emulator and ptx: multiply-adds a second, and the seconds of such a step.
void measure_tool_speed(const Device& device, Index images);
// Where there are tensor cores: the errors of --gemm own, tf32 and bf16, by the length of the sum.
void measure_rounding(const Device& device);
// On the devices emulator and ptx: the launches and waits of one step of the default training, and how many
// warps each launch has for a multiprocessor of an A100.
void print_launches(const Device& device, Mining mining);

}  // namespace triptych::bench
