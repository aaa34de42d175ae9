#include "engine/inspect.h"

#include <algorithm>
#include <limits>

#include "tests/engine/helpers.h"

using namespace triptych;

namespace {

// x [2, 3] w [3, 1], tanh, sum
Variable small_network(Tape& tape, Parameter& w) {
  const Variable x = tape.input(Tensor::filled(w.value.device(), {2, 3}, 1));
  return sum(tanh(linear(x, use(w, x))));
}

}  // namespace

TEST_CASE("the table has a line for every node") {
  Device device = Device::open("reference");
  Parameter w(Tensor::filled(device, {3, 1}, 1));
  Tape tape;
  small_network(tape, w);
  const std::string bytes2 = std::to_string(2 * sizeof(Real)), table = tape_table(tape);
  CHECK(std::count(table.begin(), table.end(), '\n') == 7);
  const auto line = [&](int number) {
    std::size_t at = 0;
    for (int i = 0; i < number; ++i) at = table.find('\n', at) + 1;
    return table.substr(at, table.find('\n', at) - at);
  };
  CHECK(line(0) ==
        "    #  op                         inputs           output                        bytes  gradient");
  CHECK(contains(line(1), "    0  input                                       [2, 3] "));
  CHECK(contains(line(1), "  no"));
  CHECK(contains(line(2), "    1  parameter "));
  CHECK(contains(line(3), "    2  linear                     0 1 -            [2, 1] "));
  CHECK(contains(line(3), " " + bytes2 + "  yes"));
  CHECK(contains(line(5), "    4  sum                        3                [1] "));
  const std::string whole = std::to_string((6 + 3 + 2 + 2 + 1) * sizeof(Real));
  CHECK(contains(line(6), "sum "));
  CHECK(line(6).substr(line(6).size() - whole.size() - 1) == " " + whole);
  CHECK(contains(tape_table(tape, {{"w", &w}}), "    1  parameter w "));
}

TEST_CASE("the graph names nodes and edges; dashed edges carry no gradient") {
  Device device = Device::open("reference");
  Parameter w(Tensor::filled(device, {3, 1}, 1));
  Tape tape;
  small_network(tape, w);
  const std::string graph = tape_graphviz(tape);
  CHECK(graph.find("digraph tape {") == 0);
  CHECK(contains(graph, "n2 [label=\"#2 linear\\n[2, 1]\"];"));
  CHECK(contains(tape_graphviz(tape, {{"w", &w}}), "n1 [label=\"#1 parameter w\\n[3, 1]\""));
  CHECK(contains(graph, "n0 -> n2 [style=dashed];"));
  CHECK(contains(graph, "n1 -> n2;"));
  CHECK(contains(graph, "n3 -> n4;"));
  CHECK(graph.substr(graph.size() - 2) == "}\n");
}

TEST_CASE("the profile adds up the times of each op") {
  Device device = Device::open("reference");
  Parameter w(Tensor::filled(device, {64, 64}, 1));
  Tape tape;
  CHECK(contains(message_of([&] { tape_profile(tape); }), "set Tape::profile"));
  tape.profile = true;
  Variable y = tape.input(Tensor::filled(device, {64, 64}, 1));
  for (int i = 0; i < 3; ++i) y = tanh(matmul(y, use(w, y)));
  tape.backward(sum(y));
  double forward = 0, backward = 0;
  for (const Tape::Node& node : tape.nodes())
    forward += node.forward_seconds, backward += node.backward_seconds;
  CHECK(forward > 0);
  CHECK(backward > 0);
  const std::string profile = tape_profile(tape);
  CHECK(profile.find("op ") == 0);
  CHECK(contains(profile, "matmul                         3"));
  CHECK(profile.find("matmul") < profile.find("sum"));  // the most expensive first
  CHECK(contains(tape_table(tape), "forward ms"));
}

TEST_CASE("statistics count what is not finite, and leave it out") {
  Device device = Device::open("reference");
  const Statistics plain = statistics(tensor(device, {5}, {-3, 0, 0, 4, 1}));
  CHECK(plain.text() == "min -3  mean 0.4  max 4  norm 5.099  zeros 40%");
  const Real nan = std::numeric_limits<Real>::quiet_NaN(), infinity = std::numeric_limits<Real>::infinity();
  const Statistics some = statistics(tensor(device, {4}, {nan, 2, infinity, 6}));
  CHECK(some.nonfinite == 2);
  CHECK(some.text() == "min 2  mean 4  max 6  norm 6.325  zeros 0%  NaN or inf: 2");
  CHECK(statistics(tensor(device, {1}, {nan})).text() ==
        "min 0  mean 0  max 0  norm 0  zeros 0%  NaN or inf: 1");
}
