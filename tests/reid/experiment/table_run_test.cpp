#include "reid/experiment/table_run.h"

#include <doctest/doctest.h>

using namespace triptych;

namespace {

// Four people seen by two cameras; all that decides a row.
struct RowOf {
  Method method = find_method("cnn-ernn");
  NumberedSplit split{1, {{0, 1}, {2, 3}}};
  TestPlan test{"camera", {{{6, 7}, {2, 3}}}, true};
  DataDigests digests{"images", "labels"};
  Machine machine{"cpu", "AVX2", "own"};
  std::vector<std::string> networks = {"network"};

  std::string key() const {
    return key_of(inputs_of(row_inputs(method, split, test, digests, machine, networks)));
  }
};

}  // namespace

TEST_CASE("table run: whatever decides a row changes its key") {
  const RowOf some;
  const std::vector<std::pair<const char*, void (*)(RowOf&)>> changes = {
      {"images", [](RowOf& r) { r.digests.images = "others"; }},
      {"labels", [](RowOf& r) { r.digests.labels = "others"; }},
      {"training people",
       [](RowOf& r) {
         r.split.identities.train = {0, 2};
       }},
      {"queries",
       [](RowOf& r) {
         r.test.draws[0].query = {7, 6};
       }},
      {"gallery",
       [](RowOf& r) {
         r.test.draws[0].gallery = {2, 3, 0};
       }},
      {"draws", [](RowOf& r) { r.test.draws.push_back(r.test.draws[0]); }},
      {"directions", [](RowOf& r) { r.test.both_directions = false; }},
      {"metric", [](RowOf& r) { r.method.metric = "xqda"; }},
      {"networks", [](RowOf& r) { r.networks = {"another"}; }},
      {"device", [](RowOf& r) { r.machine.device = "cuda"; }},
      {"instruction set", [](RowOf& r) { r.machine.instruction_set = "AVX-512"; }},
      {"gemm", [](RowOf& r) { r.machine.gemm = "cublas"; }}};
  for (const auto& [what, change] : changes) {
    CAPTURE(what);
    RowOf changed = some;
    change(changed);
    CHECK(changed.key() != some.key());
  }
  // What a split is called does not decide it, nor does a query that moved into the gallery stay unnoticed.
  RowOf renamed = some;
  renamed.split.number = 2, renamed.method.name = "another";
  CHECK(renamed.key() == some.key());
  RowOf moved = some;
  moved.test.draws[0] = {{6}, {7, 2, 3}};
  CHECK(moved.key() != some.key());
}

TEST_CASE("table run: occluded queries are another protocol") {
  RowOf row;
  const auto protocol = [&] {
    for (const Input& input :
         inputs_of(row_inputs(row.method, row.split, row.test, row.digests, row.machine, row.networks)))
      if (input.name == "protocol") return input.value;
    return std::string();
  };
  const std::string whole = protocol();
  CHECK(!whole.empty());
  row.method.occlude = 0.25;
  const std::string quarter = protocol();
  CHECK(quarter != whole);
  row.method.occlude = 0.4;
  CHECK(protocol() != quarter);
}

TEST_CASE("network inputs: whatever decides a network changes its key") {
  struct NetworkOf {
    Machine machine{"cpu", "AVX2", "own"};
    DataDigests digests{"images", "labels"};
    Options options;
    Split split{{0, 1, 2, 3, 4, 5}, {6, 7}};
    std::string start = "start";
    std::string key() const {
      return key_of(inputs_of(network_inputs(machine, digests, options, split, start)));
    }
  };
  const NetworkOf some;
  const std::vector<std::pair<const char*, void (*)(NetworkOf&)>> changes = {
      {"images", [](NetworkOf& n) { n.digests.images = "others"; }},
      {"labels", [](NetworkOf& n) { n.digests.labels = "others"; }},
      {"training people", [](NetworkOf& n) { n.split.train = {0, 1, 2, 3, 4, 6}; }},
      {"held-out people", [](NetworkOf& n) { n.options.training.validation = 1; }},
      {"epochs", [](NetworkOf& n) { n.options.training.epochs = 7; }},
      {"seed", [](NetworkOf& n) { n.options.training.seed = 7; }},
      {"start", [](NetworkOf& n) { n.start = "another"; }},
      {"device", [](NetworkOf& n) { n.machine.device = "cuda"; }},
      {"instruction set", [](NetworkOf& n) { n.machine.instruction_set = "AVX-512"; }},
      {"gemm", [](NetworkOf& n) { n.machine.gemm = "cublas"; }}};
  for (const auto& [what, change] : changes) {
    CAPTURE(what);
    NetworkOf changed = some;
    change(changed);
    CHECK(changed.key() != some.key());
  }
  NetworkOf moved = some;
  moved.options.training.start = "elsewhere/model.safetensors";  // where a file is decides nothing
  CHECK(moved.key() == some.key());
}
