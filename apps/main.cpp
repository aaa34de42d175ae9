// triptych: one program, a command for each thing that can be done with it. This file only says which
// commands there are and turns whatever goes wrong into one sentence and a status: 0 fine, 1 an error, 2 a
// wrong command line, 130 stopped by Ctrl-C.
#include <pthread.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

#include "apps/commands.h"
#include "apps/interrupt.h"
#include "apps/invocation.h"
#include "apps/ranks.h"
#include "engine/error.h"
#include "engine/text.h"

namespace {

using triptych::complain;

// One line of CLI11's complaint, and where to look.
int wrong_command_line(const CLI::App& app, const CLI::ParseError& error) {
  std::string what = error.what();
  for (char& c : what)
    if (c == '\n') c = ' ';
  const auto used = app.get_subcommands();
  complain(fmt::format("{} ('triptych{} --help' lists what there is)", what,
                       used.empty() ? "" : " " + used.front()->get_name()));
  return 2;
}

void require_ranks_fit(const std::string& command) {
  for (const char* shared : {"train", "table1", "embed", "index", "rank"})
    if (command == shared) return;
  triptych::require_one_rank(command);
}

// CLI11 would only say that a command is missing.
void require_known_command(const CLI::App& app, int count, char** arguments) {
  if (count < 2 || arguments[1][0] == '-') return;
  std::string names;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == arguments[1]) return require_ranks_fit(arguments[1]);
    names += (names.empty() ? "" : ", ") + command->get_name();
  }
  throw CLI::ExtrasError(fmt::format("there is no command '{}', but {}", arguments[1], names),
                         CLI::ExitCodes::ExtrasError);
}

int run(int count, char** arguments) {
  for (int i = 1; i < count; ++i)
    if (const std::string fault = triptych::text_fault(arguments[i]); !fault.empty()) {
      complain(
          fmt::format("argument {}, '{}', {}; names with such bytes cannot be kept in tables and pages: "
                      "rename the file or the folder",
                      i, triptych::shown(std::string_view(arguments[i])), fault));
      return 2;
    }
  triptych::remember_invocation(count, arguments);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // a line is seen when it is written, in a pipe too
  CLI::App app(
      "Triptych: person re-identification from scratch. Trains a three-tier triplet network with an EM loop\n"
      "over patches, finds people in galleries, and measures how well.",
      "triptych");
  app.require_subcommand(1);
  app.option_defaults()->take_last();  // an option that is given twice counts as it was given last
  app.get_formatter()->column_width(34);
  app.footer(
      "Start with:  triptych demo --out runs/demo\n"
      "Then:        triptych train --data synthetic:200 --out runs/first");
  try {
#ifndef TRIPTYCH_DOUBLE  // build/triptych-double is for gradient checks alone, and quickly compiled
    triptych::add_demo(app);
    triptych::add_train(app);
    triptych::add_evaluate(app);
    triptych::add_table1(app);
    triptych::add_compare(app);
    triptych::add_rank(app);
    triptych::add_index(app);
    triptych::add_embed(app);
    triptych::add_export(app);
    triptych::add_features(app);
    triptych::add_report(app);
    triptych::add_verify(app);
    triptych::add_explain(app);
    triptych::add_patches(app);
    triptych::add_tape(app);
    triptych::add_data(app);
    triptych::add_bench(app);
    triptych::add_devices(app);
    triptych::add_cuda(app);
    triptych::add_machines(app);
#endif
    triptych::add_gradcheck(app);
    require_known_command(app, count, arguments);
    app.parse(count, arguments);
    if (std::fflush(stdout) != 0) triptych::fail("the output cannot be written; is the disk full?");
    return 0;
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    return wrong_command_line(app, error);
  } catch (const triptych::Interrupted& stopped) {
    fmt::print(stderr, "\ntriptych: {}\n", stopped.what());
    return 130;
  } catch (const triptych::Error& error) {
    complain(error.what());
  } catch (const std::bad_alloc&) {
    complain(
        "out of memory; use smaller batches (--people) or smaller images (--image-height, "
        "--crop-height)");
  } catch (const std::system_error& error) {  // of the output itself: a full disk, a closed pipe
    if (triptych::stop_requested()) return 130;
    complain(fmt::format("the output cannot be written: {}", error.what()));
  } catch (const std::exception& error) {
    complain(
        fmt::format("an error that should not happen, please report it with the command: {}", error.what()));
  }
  return 1;
}

}  // namespace

// Where `ulimit -s` is small, glibc gives a thread its thread-local variables and a page or two, which
// decoding an image overruns.
static void give_threads_stacks() {
  constexpr std::size_t enough = std::size_t(4) << 20;
  pthread_attr_t attributes;
  std::size_t size = 0;
  if (pthread_getattr_default_np(&attributes) != 0) return;
  if (pthread_attr_getstacksize(&attributes, &size) == 0 && size < enough &&
      pthread_attr_setstacksize(&attributes, enough) == 0)
    pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
}

int main(int count, char** arguments) {
  give_threads_stacks();
  return triptych::leave_ranks(run(count, arguments));
}
