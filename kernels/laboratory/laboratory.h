#pragma once
#include <string>
#include <vector>

#include "kernels/laboratory/run.h"
#include "kernels/laboratory/source.h"

// `triptych cuda FILE.cu`: a learner's own CUDA program without a GPU. It is compiled for the emulator
// (kernels/emulator) and run in several orders of its threads, and where nvcc is, the PTX that nvcc makes of
// it is interpreted (kernels/ptx). What both have found is put together by source line.
namespace triptych::laboratory {

// What a program may cost: "extra-wavefronts" 0. The names are those of limit_names().
struct Limit {
  std::string name;
  std::uint64_t at_most = 0;
};
std::vector<std::string> limit_names();

struct Request {
  std::string path;
  std::vector<std::string> arguments;  // of the program
  bool emulator = true, ptx = true;    // which tools
  bool ptx_is_demanded = false;        // its absence is an error
  int orders = 3;                      // of the emulator: forward, reverse, random:1, random:2, ...
  double seconds = 60;                 // for each run
  std::vector<Limit> limits;           // over all lines of the program; instructions need nvcc
};

struct Mistake {
  emulator::Finding finding;
  std::vector<std::string> seen;  // "forward", "reverse", "random:1", "ptx"
};

// What a source line costs, by the PTX, or by the emulator, which counts no instructions.
struct LineCost {
  std::string place;
  ptx::Counts counts;
};

struct Report {
  std::string path, nvcc;  // nvcc's version; empty: not run
  std::vector<Run> runs;
  std::vector<Mistake> mistakes;
  std::vector<Refusal> refusals;  // what one of the tools does not know
  std::vector<LineCost> lines;
  std::vector<std::string> remarks;   // on speed: bank conflicts, sectors
  std::vector<std::string> exceeded;  // limits, each as a sentence
  bool counted_by_ptx = false, all_counted = true;
  bool is_right() const;
};

// Throws std::runtime_error, with one sentence, where the file cannot be tried at all.
Report examine(const Request& request);

// The tables as text, and one sentence that sums up what is wrong.
std::string text_of(const Report& report);
std::string verdict_of(const Report& report);

}  // namespace triptych::laboratory
