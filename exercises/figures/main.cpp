#include <fmt/core.h>

#include <vector>

#include "engine/error.h"
#include "exercises/figures/figures.h"

using namespace triptych;

int main(int count, char** words) try {
  const std::vector<std::string> given(words + 1, words + count);
  const auto is = [&](const char* name, std::size_t arguments) {
    return given.size() == arguments + 1 && given[0] == name;
  };
  if (is("convolution", 1))
    draw_convolution(given[1]);
  else if (is("tape", 1))
    draw_tape(given[1]);
  else if (is("gradients", 1))
    draw_gradients(given[1]);
  else if (is("pairs", 1))
    draw_pair_sheet(given[1]);
  else if (is("distances", 2))
    draw_distances(given[1], given[2]);
  else if (is("metric", 1))
    draw_metric(given[1]);
  else if (is("attention", 1))
    draw_attention(given[1]);
  else if (is("machines", 1))
    draw_machines(given[1]);
  else if (is("cells", 1))
    draw_cells(given[1]);
  else if (is("walks", 1))
    draw_walks(given[1]);
  else if (is("all", 1) || is("all", 2))
    draw_all(given[1], given.size() > 2 ? given[2] : "");
  else
    fail(
        "say one of: convolution PNG, tape SVG, gradients SVG, pairs PNG, distances RUN_DIR SVG, metric SVG, "
        "attention SVG, machines SVG, cells SVG, walks SVG, all DIR [RUN_DIR]");
  fmt::print("{}\n", given.back());
} catch (const Error& error) {
  fmt::print(stderr, "figures: {}\n", error.what());
  return 1;
}
