#include "reid/experiment/stored_table.h"

#include <algorithm>
#include <string_view>

#include "engine/json.h"
#include "reid/experiment/table_run.h"
#include "reid/report/inputs_json.h"
#include "reid/report/ranked_json.h"
#include "reid/report/ranking_json.h"
#include "reid/table/definition.h"

namespace triptych {
namespace {

using Json = nlohmann::ordered_json;

const std::string& value_of(const Inputs& inputs, std::string_view name) {
  for (const Input& input : inputs)
    if (input.name == name) return input.value;
  fail("the inputs lack '{}'", name);
}

ResultTable::Test test_from(const Json& json) {
  ResultTable::Test test;
  test.split = json.at("split");
  test.train = json.at("train").get<std::vector<Index>>();
  test.test = json.at("test").get<std::vector<Index>>();
  test.names = json.at("test_people").get<std::vector<std::string>>();
  test.both_directions = json.at("both_directions");
  for (const Json& draw : json.at("draws"))
    test.draws.push_back(
        {draw.at("query").get<std::vector<Index>>(), draw.at("gallery").get<std::vector<Index>>()});
  require(!test.draws.empty(), "split {} has no queries", test.split);
  return test;
}

// The flat list of the queries' ranks, cut into draws.
std::vector<Evaluation> draws_from(const Json& split, const Json& test_json, const ResultTable::Test& test,
                                   const RankedSplit& ranked) {
  std::size_t queries = 0;
  for (const Protocol& draw : test.draws) queries += draw.query.size();
  require(ranked.queries.size() == queries, "split {} has {} queries and the ranks of {}", test.split,
          queries, ranked.queries.size());
  std::vector<Evaluation> draws;
  std::size_t next = 0;
  for (std::size_t d = 0; d < test.draws.size(); ++d) {
    std::vector<std::vector<std::int32_t>> ranks;
    for (std::size_t q = 0; q < test.draws[d].query.size(); ++q)
      ranks.push_back(ranked.queries[next++].ranks);
    Evaluation& evaluation = draws.emplace_back();
    evaluation.result = result_of_ranks(std::move(ranks), static_cast<Index>(test.draws[d].gallery.size()),
                                        test_json.at("gallery_people"));
    if (test.both_directions) evaluation.reverse = report::ranking_from_json(split.at("reverse_ranks").at(d));
  }
  return draws;
}

// The key as this program makes it of what the table says.
std::string key_again(const ResultTable& table, const Method& method, const ResultTable::Test& test,
                      const std::vector<std::string>& networks) {
  const NumberedSplit split{test.split, {test.train, test.test}};
  const TestPlan plan{table.protocol, test.draws, test.both_directions};
  const DataDigests digests{value_of(table.inputs, "images"),
                            value_of(table.inputs, "identity labels and cameras")};
  const Machine machine{value_of(table.inputs, "device"), value_of(table.inputs, "instruction set"),
                        value_of(table.inputs, "gemm")};
  return key_of(inputs_of(row_inputs(method, split, plan, digests, machine, networks)));
}

// The network of a row was trained on the table's images, on this machine and on the split's training people.
void require_network_of(const ResultTable::Test& test, const std::string& key, const ResultTable& table,
                        const std::string& slug) {
  const auto found = table.networks.find(key);
  require(found != table.networks.end(), "nothing is said of the network {} that {} read on split {}",
          short_key(key), slug, test.split);
  const Inputs& network = found->second;
  Inputs expected;
  for (const char* name :
       {"results version", "images", "identity labels and cameras", "device", "instruction set", "gemm"})
    expected.push_back({name, value_of(table.inputs, name)});
  TrainingOptions options;
  options.validation = std::stoll(value_of(network, "validation"));
  options.seed = std::stoull(value_of(network, "seed"));
  const Split people = train_and_validation(test.train, options);
  add_input(expected, "training identities", people.train);
  add_input(expected, "validation identities", people.test);
  for (const auto& [name, value] : expected)
    require(value_of(network, name) == value,
            "the network {} that {} read on split {} was trained with other {}", short_key(key), slug,
            test.split, name);
}

Outcome outcome_from(const Json& row, const Json& split, const ResultTable& table, const Json& tests) {
  Outcome outcome;
  outcome.slug = row.at("slug"), outcome.split = split.at("split");
  for (std::size_t t = 0; t < table.tests.size(); ++t) {
    if (table.tests[t].split != outcome.split) continue;
    outcome.ranked = report::ranked_from_json(tests.at(t), split.at("ranks"));
    outcome.draws = draws_from(split, tests.at(t), table.tests[t], outcome.ranked);
    if (split.contains("networks")) outcome.networks = split.at("networks").get<std::vector<std::string>>();
    outcome.key = key_again(table, find_method(outcome.slug), table.tests[t], outcome.networks);
  }
  require(!outcome.draws.empty(), "{} was measured on split {}, of which the table knows nothing",
          outcome.slug, outcome.split);
  const Method& method = find_method(outcome.slug);
  require(outcome.networks.size() == recipes_of(method).size(),
          "{} reads {} networks, but the table names {}", outcome.slug, recipes_of(method).size(),
          outcome.networks.size());
  for (const ResultTable::Test& test : table.tests)
    if (test.split == outcome.split)
      for (const std::string& key : outcome.networks) require_network_of(test, key, table, outcome.slug);
  outcome.reused = split.at("reused");
  outcome.chosen = split.value("chosen", "");
  // Medians over the splits are all that is stored of these.
  outcome.dimensions = row.at("dimensions"), outcome.transductive = row.at("transductive");
  outcome.choosing_seconds = row.at("choosing_seconds"), outcome.fit_seconds = row.at("fit_seconds");
  outcome.query_microseconds = row.at("query_microseconds");
  outcome.training_seconds = row.value("training_seconds", 0.0);
  return outcome;
}

// What decided a network is stored beside its key, which is computed again.
std::map<std::string, Inputs> networks_from(const Json& json) {
  std::map<std::string, Inputs> networks;
  for (const auto& [key, inputs] : json.items()) {
    Inputs read = report::inputs_from_json(inputs);
    networks[key_of(read)] = std::move(read);
  }
  return networks;
}

void require_version(const Inputs& inputs) {
  const std::string& version = value_of(inputs, "results version");
  require(version == std::to_string(results_version),
          "the results are of version {}, but this program computes version {}; compute them again", version,
          results_version);
}

// Nobody is learned from and tested on, and every query shows one of the tested.
void require_fair(const ResultTable::Test& test, const Json& json) {
  const auto listed = [](const std::vector<Index>& list, Index identity) {
    return std::ranges::find(list, identity) != list.end();
  };
  for (const Index identity : test.test)
    require(!listed(test.train, identity), "split {}: identity {} is learned from and tested on", test.split,
            identity);
  require(test.names.size() == test.test.size(), "split {}: {} identities are tested, but {} are named",
          test.split, test.test.size(), test.names.size());
  for (const Json& query : json.at("queries"))
    require(std::ranges::find(test.names, query.at("identity").get<std::string>()) != test.names.end(),
            "split {}: {} is looked for, but is not among the tested identities", test.split,
            query.at("identity").get<std::string>());
}

StoredTable table_from(const Json& json) {
  StoredTable stored;
  ResultTable& table = stored.table;
  table.layout = json.at("layout"), table.protocol = json.at("protocol");
  table.inputs = report::inputs_from_json(json.at("inputs"));
  require_version(table.inputs);
  table.networks = networks_from(json.at("networks"));
  for (const Json& test : json.at("tests")) {
    table.tests.push_back(test_from(test));
    require_fair(table.tests.back(), test);
  }
  for (const Json& row : json.at("rows")) {
    TableLine line{find_method(row.at("slug").get<std::string>()), {}};
    line.method.name = row.at("method"), line.method.what = row.at("of");
    line.method.note = row.value("note", "");
    for (const Json& split : row.at("splits"))
      line.splits.push_back(outcome_from(row, split, table, json.at("tests")));
    const std::string group = row.at("group");
    if (table.groups.empty() || table.groups.back().first != group)
      table.groups.emplace_back(group, std::vector<TableLine>());
    table.groups.back().second.push_back(std::move(line));
  }
  Provenance& from = stored.from;
  from.seconds = json.at("seconds"), from.threads = json.at("threads");
  from.command = json.at("command"), from.commit = json.at("commit");
  from.build_flags = json.at("build_flags");
  from.device = json.at("device"), from.instruction_set = json.at("instruction_set");
  from.data = json.at("data"), from.data_hash = json.at("data_hash");
  return stored;
}

}  // namespace

StoredTable read_table(const std::string& text, const std::string& origin) {
  const auto json = parse_json<Json>(text, origin);
  require(json.contains("rows"), "{} is not a table of triptych table1", origin);
  require(json.contains("inputs") && json.contains("tests"),
          "{} has no ranks: it was written by an older version; compute the table again", origin);
  try {
    return table_from(json);
  } catch (const Json::exception& error) {
    fail("{} is not a whole table ({}); compute it again", origin, error.what());
  } catch (const Error& error) {
    fail("{}: {}", origin, error.what());
  }
}

}  // namespace triptych
