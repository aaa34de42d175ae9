#include "engine/inspect.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/error.h"

namespace triptych {
namespace {

std::string inputs_text(const Tape::Node& node) {
  std::string text;
  for (const int input : node.inputs)
    text += fmt::format("{}{}", text.empty() ? "" : " ", input < 0 ? "-" : std::to_string(input));
  return text;
}

}  // namespace

std::string node_name(const Tape::Node& node, const ParameterList& names) {
  if (node.parameter)
    for (const auto& [name, parameter] : names)
      if (parameter == node.parameter) return node.op + " " + name;
  return node.op;
}

std::string tape_table(const Tape& tape, const ParameterList& names) {
  std::size_t width = 26;
  for (const Tape::Node& node : tape.nodes()) width = std::max(width, node_name(node, names).size());
  std::string text = fmt::format("{:>5}  {:<{}} {:<16} {:<22} {:>12}  {:<8}", "#", "op", width, "inputs",
                                 "output", "bytes", "gradient");
  if (tape.profile) text += fmt::format(" {:>10} {:>10}", "forward ms", "backward");
  text += '\n';
  int index = 0;
  std::size_t whole = 0;
  double forward = 0, backward = 0;
  for (const Tape::Node& node : tape.nodes()) {
    const std::size_t bytes = static_cast<std::size_t>(node.shape.elements()) * sizeof(Real);
    text += fmt::format("{:>5}  {:<{}} {:<16} {:<22} {:>12}  {:<8}", index++, node_name(node, names), width,
                        inputs_text(node), node.shape.text(), bytes, node.needs_gradient ? "yes" : "no");
    if (tape.profile)
      text += fmt::format(" {:>10.3f} {:>10.3f}", 1e3 * node.forward_seconds, 1e3 * node.backward_seconds);
    while (text.back() == ' ') text.pop_back();
    text += '\n';
    whole += bytes, forward += node.forward_seconds, backward += node.backward_seconds;
  }
  text += fmt::format("{:>5}  {:<{}} {:<16} {:<22} {:>12}", "", "sum", width, "", "", whole);
  if (tape.profile) text += fmt::format("  {:<8} {:>10.3f} {:>10.3f}", "", 1e3 * forward, 1e3 * backward);
  return text + '\n';
}

std::string tape_graphviz(const Tape& tape, const ParameterList& names) {
  std::string text = "digraph tape {\n  rankdir=TB;\n  node [shape=box, fontname=\"sans-serif\"];\n";
  int index = 0;
  for (const Tape::Node& node : tape.nodes()) {
    const char* style = node.op == "parameter" ? ", style=filled, fillcolor=lightblue"
                        : node.inputs.empty()  ? ", style=filled, fillcolor=lightgrey"
                                               : "";
    text += fmt::format("  n{} [label=\"#{} {}\\n{}\"{}];\n", index, index, node_name(node, names),
                        node.shape.text(), style);
    for (const int input : node.inputs)
      if (input >= 0)
        text += fmt::format(
            "  n{} -> n{}{};\n", input, index,
            tape.nodes()[static_cast<std::size_t>(input)].needs_gradient ? "" : " [style=dashed]");
    ++index;
  }
  return text + "}\n";
}

std::string tape_profile(const Tape& tape) {
  require(tape.profile,
          "a profile was asked of a tape that took no times; set Tape::profile before the first op");
  struct Line {
    std::string op;
    int count = 0;
    double forward = 0, backward = 0;
  };
  std::map<std::string, Line> by_op;
  double whole = 0;
  for (const Tape::Node& node : tape.nodes()) {
    Line& line = by_op[node.op];
    line.op = node.op, ++line.count, line.forward += node.forward_seconds,
    line.backward += node.backward_seconds;
    whole += node.forward_seconds + node.backward_seconds;
  }
  std::vector<Line> lines;
  for (const auto& [op, line] : by_op) lines.push_back(line);
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return a.forward + a.backward > b.forward + b.backward;
  });
  std::string text =
      fmt::format("{:<26} {:>5} {:>11} {:>11} {:>7}\n", "op", "calls", "forward ms", "backward ms", "share");
  for (const Line& line : lines)
    text +=
        fmt::format("{:<26} {:>5} {:>11.3f} {:>11.3f} {:>6.1f}%\n", line.op, line.count, 1e3 * line.forward,
                    1e3 * line.backward, whole > 0 ? 100 * (line.forward + line.backward) / whole : 0);
  return text;
}

Statistics statistics(const Tensor& values) {
  Statistics result;
  double sum = 0, squares = 0;
  for (const Real real : values.values()) {
    const double value = static_cast<double>(real);
    ++result.elements;
    if (!std::isfinite(value)) {
      ++result.nonfinite;
      continue;
    }
    const bool first = result.elements - result.nonfinite == 1;
    result.least = first ? value : std::min(result.least, value);
    result.largest = first ? value : std::max(result.largest, value);
    result.zeros += value == 0;
    sum += value, squares += value * value;
  }
  const Index finite = result.elements - result.nonfinite;
  result.mean = finite > 0 ? sum / static_cast<double>(finite) : 0;
  result.norm = std::sqrt(squares);
  return result;
}

std::string Statistics::text() const {
  const double share = elements > 0 ? 100 * static_cast<double>(zeros) / static_cast<double>(elements) : 0;
  std::string text = fmt::format("min {:.4g}  mean {:.4g}  max {:.4g}  norm {:.4g}  zeros {:.0f}%", least,
                                 mean, largest, norm, share);
  if (nonfinite > 0) text += fmt::format("  NaN or inf: {}", nonfinite);
  return text;
}

}  // namespace triptych
