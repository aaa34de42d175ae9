#pragma once
#include <map>
#include <string>
#include <vector>

#include "kernels/emulator/findings.h"
#include "kernels/ptx/counters.h"

namespace triptych::laboratory {

// One run of a learner's program in a process of its own.
struct RunRequest {
  std::string library;                 // with its main
  std::string ptx;                     // interpret this in place of the fibers; empty: the emulator
  std::string order = "forward";       // of the emulator's threads
  std::vector<std::string> arguments;  // of main; the first is the program's name
  std::string report;                  // a file for what the run finds
  double seconds = 60;                 // it is ended after that
  bool counts = true;                  // accesses by source line
  bool shows_output = true;            // on this process's own output, while it runs
};

struct Run {
  std::string engine, order;
  int status = 0;
  std::string ending;  // a sentence, when main did not return 0
  std::string output;  // what the program has written, both streams
  std::vector<emulator::Finding> findings;
  std::map<std::string, ptx::Counts> lines;  // by source line
  bool all_counted = true;
};

Run run_program(const RunRequest& request);

}  // namespace triptych::laboratory
