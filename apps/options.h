#pragma once
#include <cstdint>
#include <cstdio>
#include <string>

#include "engine/device.h"
#include "reid/experiment/evaluate.h"

namespace CLI {
class App;
}

// Options that several commands share.
namespace triptych {

// Every field of Options as --name with its default shown; a bool as --name and --no-name, an enum by its
// names.
void add_options(CLI::App& app, Options& options);

// One option --name that takes one of these names.
void add_option(CLI::App& app, const char* name, TestedPeople& value, const EnumNames<TestedPeople>& names,
                const char* what);

struct DeviceChoice {
  std::string device = sizeof(Real) == sizeof(double) ? "reference" : "cpu";
  int threads = 0;           // 0: all processors
  std::string gemm = "own";  // Device::use_gemm
};
void add_device_options(CLI::App& app, DeviceChoice& choice);
// The device, ready for use; prints to `say` (null: nowhere) which one it is and which kernels it chose.
Device open_device(const DeviceChoice& choice, std::FILE* say = stdout);

void add_data_options(CLI::App& app, DataChoice& choice);
// --memory: how much of the decoded images is kept.
void add_memory_option(CLI::App& app, DataChoice& choice);
// --occlude: paste parts of others over the queries.
void add_occlude_option(CLI::App& app, DataChoice& choice);
// --baselines: test `what`, too.
void add_baselines_option(CLI::App& app, bool& value, const char* what);

// --config FILE: the values of a file for every option that the command line did not give. An unknown name is
// an Error.
void read_config(CLI::App& app, const std::string& file);
// The same for a run that resumes: an option that was given with another value than the file's is an Error.
void read_config_of_run(CLI::App& app, const std::string& file);
// All options with their values and meanings, as read_config reads them.
std::string config_text(const CLI::App& app);

}  // namespace triptych
