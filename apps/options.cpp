#include "apps/options.h"

#include <CLI/CLI.hpp>
#include <thread>

#include "apps/config_file.h"
#include "apps/ranks.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/text.h"
#include "kernels/backends.h"
#include "kernels/kernels.h"
#include "kernels/processors.h"

namespace triptych {
namespace {

// Turns each field that `describe` names into an option of the command line.
struct OptionAdder {
  CLI::App& app;
  std::string group;

  template <class T>
  void operator()(const char* name, T& value, const char* what) {
    app.add_option(fmt::format("--{}", name), value, what)->capture_default_str()->group(group);
  }
  void operator()(const char* name, std::vector<Index>& value, const char* what) {
    app.add_option(fmt::format("--{}", name), value, what)
        ->delimiter(',')
        ->capture_default_str()
        ->group(group)
        ->type_name("N,N,...");
  }
  void operator()(const char* name, bool& value, const char* what) {
    app.add_flag(fmt::format("--{0},!--no-{0}", name), value,
                 fmt::format("{} [{}]", what, value ? "yes" : "no"))
        ->default_str(value ? "true" : "false")
        ->group(group);
  }
  template <class E>
  void operator()(const char* name, E& value, const EnumNames<E>& names, const char* what) {
    std::vector<std::string> choices;
    std::string initial, list;
    for (const auto& [text, member] : names) {
      choices.emplace_back(text);
      list += (list.empty() ? "" : "|") + std::string(text);
      if (member == value) initial = text;
    }
    const auto assign = [&value, &names](const std::string& given) {
      for (const auto& [text, member] : names)
        if (text == given) value = member;
    };
    const auto one_of = [choices, list](const std::string& given) {
      return std::ranges::find(choices, given) == choices.end()
                 ? fmt::format("'{}' is none of {}", given, list)
                 : std::string();
    };
    app.add_option_function<std::string>(fmt::format("--{}", name), assign, what)
        ->check(CLI::Validator(one_of, ""))
        ->type_name(list)
        ->default_str(initial)
        ->group(group);
  }
};

bool same_value(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto same = [](const std::string& x, const std::string& y) {
    double first = 0, second = 0;
    return x == y ||
           (CLI::detail::lexical_cast(x, first) && CLI::detail::lexical_cast(y, second) && first == second);
  };
  return std::ranges::equal(a, b, same);
}

void apply_item(CLI::App& app, const ConfigLine& item, const std::string& file, bool must_agree) {
  CLI::Option* option = app.get_option_no_throw("--" + item.key);
  require(option && option->get_configurable(),
          "{}: '{}' is not an option of 'triptych {}'; its --help lists them", file, shown(item.key),
          app.get_name());
  const bool is_flag = option->get_expected_max() == 0 || option->get_type_size() == 0;
  const std::vector<std::string>& values = item.values;
  require(option->get_items_expected_max() > 1 || values.size() == 1,
          "{}: '{}' takes one value, not a list of {}", file, item.key, values.size());
  if (option->count() > 0) {
    require(!must_agree || same_value(option->reduced_results(), values),
            "this run was started with --{} {} (see {}), not {}; resume it with the options it began with, "
            "or start another run in another --out folder",
            item.key, fmt::join(values, ","), file, fmt::join(option->reduced_results(), ","));
    return;
  }
  try {
    for (const std::string& value : values)
      option->add_result(is_flag ? option->get_flag_value(item.key, value) : value);
    option->run_callback();
  } catch (const CLI::ParseError& error) {
    fail("{}: {}", file, error.what());
  }
}

void apply_config(CLI::App& app, const std::string& file, bool must_agree) {
  constexpr std::uintmax_t largest = 1 << 20;
  const std::string origin = shown(file);
  for (const ConfigLine& line : parse_config(read_file(file, largest), origin))
    apply_item(app, line, origin, must_agree);
}

// The values of an option as they were given, or its default.
std::string value_text(const CLI::Option& option) {
  const std::vector<std::string> given = option.reduced_results();
  if (option.get_items_expected_max() <= 1)
    return config_value(given.empty() ? option.get_default_str() : given.front());
  if (given.empty()) return option.get_default_str();  // "[16,32,64]"
  std::string list;
  for (const std::string& value : given) list += (list.empty() ? "" : ", ") + config_value(value);
  return "[" + list + "]";
}

}  // namespace

void add_options(CLI::App& app, Options& options) {
  describe_training(OptionAdder{app, "Training"}, options.training);
  describe_network(OptionAdder{app, "Network"}, options.network);
  describe_loss(OptionAdder{app, "Loss"}, options.loss);
  describe_em(OptionAdder{app, "EM loop over patches"}, options.em);
  describe_augmentation(OptionAdder{app, "Augmentation of training images"}, options.augmentation);
  describe_testing(OptionAdder{app, "Testing"}, options.testing);
  describe_later_loss(OptionAdder{app, "Loss"}, options.loss);
  describe_later_training(OptionAdder{app, "Training"}, options.training);
  describe_later_network(OptionAdder{app, "Network"}, options.network);
  describe_later_em(OptionAdder{app, "EM loop over patches"}, options.em);
  describe_later_augmentation(OptionAdder{app, "Augmentation of training images"}, options.augmentation);
  describe_later_testing(OptionAdder{app, "Testing"}, options.testing);
}

void add_option(CLI::App& app, const char* name, TestedPeople& value, const EnumNames<TestedPeople>& names,
                const char* what) {
  OptionAdder{app, "Options"}(name, value, names, what);
}

void add_device_options(CLI::App& app, DeviceChoice& choice) {
  std::string names;
  for (const std::string& name : backend_names()) names += (names.empty() ? "" : ", ") + name;
  app.add_option("--device", choice.device, "where to compute: " + names)->capture_default_str();
  app.add_option(
         "--gemm", choice.gemm,
         "who multiplies matrices: own; cublas on the device cuda; tf32 or bf16 for tensor cores, which "
         "round factors")
      ->capture_default_str();
  app.add_option("--threads", choice.threads,
                 "how many threads; never changes a result [as many as the process may use at once]")
      ->check(CLI::Range(1, 4096))
      ->configurable(false);
}

namespace {

// The ranks on one machine share its processors; where mpirun has given each some of its own, that has been
// done.
int threads_of_rank() {
  const auto all = static_cast<int>(std::thread::hardware_concurrency());
  const auto here = static_cast<int>(std::max<Index>(1, launch().ranks_here));
  return available_processors() < all ? default_threads() : std::max(1, default_threads() / here);
}

}  // namespace

Device open_device(const DeviceChoice& choice, std::FILE* say) {
  Device device = Device::open(device_of_rank(choice.device));
  device.use_threads(choice.threads > 0 ? choice.threads : threads_of_rank());
  device.use_gemm(choice.gemm);
  if (!say) return device;
  fmt::print(say, "device: {}, {}{}, {} thread{}\n", device.name(), device.kernels().description,
             choice.gemm == "own"      ? ""
             : choice.gemm == "cublas" ? ", GEMM by cuBLAS"
                                       : ", products in " + choice.gemm,
             device.context().threads, device.context().threads == 1 ? "" : "s");
  return device;
}

void add_data_options(CLI::App& app, DataChoice& choice) {
  OptionAdder add{app, "Options"};
  app.add_option("--data", choice.data, "a folder of images, or synthetic[:PEOPLE] for drawn ones")
      ->capture_default_str();
  app.add_option("--splits", choice.splits,
                 "JSON file with permutations of the people: the first half trains [drawn from --data-seed]");
  app.add_option("--split", choice.split, "which split: a number, a list 1,4 or a range 1-10 of them, or all")
      ->capture_default_str();
  app.add_option("--data-seed", choice.data_seed, "of synthetic people and of drawn splits")
      ->capture_default_str();
  add("protocol", choice.protocol, protocol_names,
      "camera: single shot between two cameras; pair: ten random pairs; fixed: the set's own; auto: by the "
      "data");
  app.add_option(
      "--list", choice.list,
      "CSV file that lists the images: path,person,camera,part[,sequence,frame]; paths are relative to "
      "--data, or to the file");
  app.add_option("--gallery-camera", choice.gallery_camera,
                 "protocol camera: which camera's images are searched among, from 1 [the first]");
  app.add_option("--frames", choice.frames,
                 "synthetic people walk: how many frames each camera's sequence of a person has [single "
                 "images]");
  add_memory_option(app, choice);
}

void add_memory_option(CLI::App& app, DataChoice& choice) {
  app.add_option(
         "--memory", choice.memory,
         "of decoded images that are kept, as in 512M or 2G; never changes a result [a quarter of the "
         "machine's]")
      ->transform(CLI::AsSizeValue(false))
      ->configurable(false);
}

void add_occlude_option(CLI::App& app, DataChoice& choice) {
  app.add_option(
         "--occlude", choice.occlude,
         "share of each query that a part of another person or of the street is pasted over, drawn from "
         "--data-seed")
      ->capture_default_str();
}

void add_baselines_option(CLI::App& app, bool& value, const char* what) {
  app.add_flag("--baselines", value, fmt::format("test {}, too", what))->configurable(false);
}

void read_config(CLI::App& app, const std::string& file) {
  apply_config(app, file, false);
}
void read_config_of_run(CLI::App& app, const std::string& file) {
  apply_config(app, file, true);
}
std::string config_text(const CLI::App& app) {
  std::string text;
  for (const std::string& group : app.get_groups()) {
    if (group != "Options") text += fmt::format("\n# {} options\n", group);
    for (const CLI::Option* option : app.get_options(
             [&](const CLI::Option* o) { return o->get_group() == group && o->get_configurable(); }))
      text += fmt::format("\n# {}\n{}={}\n", option->get_description(), option->get_single_name(),
                          value_text(*option));
  }
  return text;
}

}  // namespace triptych
