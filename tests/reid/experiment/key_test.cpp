#include "reid/key.h"

#include <doctest/doctest.h>

#include <functional>

#include "reid/experiment/inputs.h"
#include "reid/table/definition.h"

using namespace triptych;

namespace {

NetworkInputs some_network() {
  NetworkInputs in;
  in.images = "images", in.labels = "labels";
  in.training_identities = {1, 2}, in.validation_identities = {3};
  in.start = "start", in.device = "cpu", in.instruction_set = "AVX2", in.gemm = "own";
  return in;
}

RowInputs some_row() {
  RowInputs in;
  in.images = "images", in.labels = "labels";
  in.training_identities = {1, 2};
  in.protocol = "protocol", in.method = "method", in.networks = {"a", "b"};
  in.device = "cpu", in.instruction_set = "AVX2", in.gemm = "own";
  return in;
}

// One change of each member, by its name in the walk.
template <class S>
using Changes = std::vector<std::pair<std::string, std::function<void(S&)>>>;

const Changes<NetworkInputs> network_changes = {
    {"results version", [](auto& in) { ++in.version; }},
    {"images", [](auto& in) { in.images = "others"; }},
    {"identity labels and cameras", [](auto& in) { in.labels = "others"; }},
    {"training identities",
     [](auto& in) {
       in.training_identities = {1, 4};
     }},
    {"validation identities", [](auto& in) { in.validation_identities = {}; }},
    {"epochs", [](auto& in) { ++in.options.training.epochs; }},
    {"seed", [](auto& in) { ++in.options.training.seed; }},
    {"start model", [](auto& in) { in.start = "another"; }},
    {"device", [](auto& in) { in.device = "cuda"; }},
    {"instruction set", [](auto& in) { in.instruction_set = "AVX-512"; }},
    {"gemm", [](auto& in) { in.gemm = "cublas"; }}};

const Changes<RowInputs> row_changes = {
    {"results version", [](auto& in) { ++in.version; }},
    {"images", [](auto& in) { in.images = "others"; }},
    {"identity labels and cameras", [](auto& in) { in.labels = "others"; }},
    {"training identities",
     [](auto& in) {
       in.training_identities = {2, 3};
     }},
    {"protocol", [](auto& in) { in.protocol = "another"; }},
    {"method", [](auto& in) { in.method = "another"; }},
    {"networks", [](auto& in) { in.networks = {"a"}; }},
    {"device", [](auto& in) { in.device = "cuda"; }},
    {"instruction set", [](auto& in) { in.instruction_set = "AVX-512"; }},
    {"gemm", [](auto& in) { in.gemm = "cublas"; }}};

Inputs without(Inputs inputs, const std::string& name) {
  std::erase_if(inputs, [&](const Input& input) { return input.name == name; });
  return inputs;
}

// With every member in the key a change of one changes it, and is named. With that member left out it does
// not: this test would notice the omission.
template <class S>
void check_each(const S& some, const Changes<S>& changes) {
  const Inputs before = inputs_of(some);
  for (const auto& [name, change] : changes) {
    CAPTURE(name);
    S changed = some;
    change(changed);
    const Inputs after = inputs_of(changed);
    CHECK(key_of(after) != key_of(before));
    CHECK(first_difference(before, after).starts_with(name + " ("));
    CHECK(without(before, name).size() + 1 == before.size());
    CHECK(key_of(without(after, name)) == key_of(without(before, name)));
  }
}

}  // namespace

TEST_CASE("key: each input of a network decides it, and leaving out any of them is noticed") {
  check_each(some_network(), network_changes);
  CHECK(network_changes.size() == member_count<NetworkInputs> + 1);  // two of the options
}

TEST_CASE("key: each input of a row decides it, and leaving out any of them is noticed") {
  check_each(some_row(), row_changes);
  CHECK(row_changes.size() == member_count<RowInputs>);
}

namespace {

// Adds one to every number, turns every switch, takes another name: one field at a time, by its position.
struct ChangeOne {
  std::size_t at;
  std::size_t next = 0;
  std::string name = {};

  bool mine(const char* field) {
    if (next++ != at) return false;
    name = field;
    return true;
  }
  template <class T>
  void operator()(const char* field, T& value, const char*) {
    if (!mine(field)) return;
    if constexpr (std::is_same_v<T, bool>)
      value = !value;
    else if constexpr (std::is_same_v<T, std::string>)
      value += "x";
    else if constexpr (std::is_same_v<T, std::vector<Index>>)
      value.push_back(1);
    else
      value += T(1);
  }
  template <class E>
  void operator()(const char* field, E& value, const EnumNames<E>& names, const char*) {
    if (mine(field)) value = names[0].second == value ? names[1].second : names[0].second;
  }
};

}  // namespace

TEST_CASE("key: every option decides it") {
  const Inputs before = inputs_of(some_network());
  std::size_t options = 0;
  for (;; ++options) {
    NetworkInputs changed = some_network();
    ChangeOne change{options};
    describe(change, changed.options);
    if (change.name.empty()) break;
    CAPTURE(change.name);
    const std::string input = change.name == "images" ? "images-of-an-identity" : change.name;
    CHECK(first_difference(before, inputs_of(changed)).starts_with(input + " ("));
  }
  // `describe` names every member: an option that it forgets would be in no key and in no file. Two members
  // of AugmentOptions are no options: erase_aspect is fixed, normalise follows from the images.
  CHECK(options == member_count<NetworkOptions> + member_count<LossOptions> + member_count<EmOptions> +
                       member_count<AugmentOptions> - 2 + member_count<TrainingOptions> +
                       member_count<TestingOptions>);
}

TEST_CASE("key: names and values are told apart, and what one side lacks is a difference") {
  CHECK(key_of({{"ab", "c"}}) != key_of({{"a", "bc"}}));
  CHECK(key_of({{"a", "c"}}) != key_of({{"b", "c"}}));
  CHECK(key_of({{"a", "b"}, {"c", "d"}}) != key_of({{"c", "d"}, {"a", "b"}}));
  CHECK(first_difference({{"a", "1"}}, {{"a", "2"}}) == "a (was 1, is 2)");
  CHECK(first_difference({{"a", "1"}}, {}) == "a (was 1, is absent)");
  CHECK(first_difference({}, {{"a", ""}}) == "a (was absent, is none)");
  CHECK(first_difference({{"a", "1"}}, {{"a", "1"}}).empty());
}

TEST_CASE("definition: everything that a method computes is in it, names for people are not") {
  const Method& xqda = find_method("lomo-xqda");
  const std::string before = definition(xqda);
  const std::vector<std::function<void(Method&)>> changes = {
      [](Method& m) { m.features = {"gog"}; },
      [](Method& m) { m.recipe = "prid450s"; },
      [](Method& m) { m.camera_means = !m.camera_means; },
      [](Method& m) { m.metric = "kissme"; },
      [](Method& m) { m.candidates.push_back({}); },
      [](Method& m) { m.candidates[0].kernel = MetricKernel::chi2; },
      [](Method& m) { m.candidates[0].pca = 7; },
      [](Method& m) { m.candidates[0].whiten = true; },
      [](Method& m) { m.candidates[0].camera_means = true; },
      [](Method& m) { m.candidates[0].dimensions = 7; },
      [](Method& m) { m.candidates[0].regularisation = 7; },
      [](Method& m) { m.candidates[0].weight = 7; },
      [](Method& m) { m.candidates[0].steps = 7; },
      [](Method& m) { m.candidates[0].seed = 7; },
      [](Method& m) { m.chi2 = true; },
      [](Method& m) { m.reranked = true; },
      [](Method& m) { m.fused = {"kissme"}; }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    CAPTURE(i);
    Method changed = xqda;
    changes[i](changed);
    CHECK(definition(changed) != before);
  }
  Method renamed = xqda;
  renamed.name = renamed.what = renamed.note = renamed.slug = "another", renamed.most_splits = 3;
  CHECK(definition(renamed) == before);
}

TEST_CASE("definition: the networks of a method are those of its members, held-out ones last") {
  CHECK(recipes_of(find_method("kissme")).empty());
  CHECK(recipes_of(find_method("cnn-ernn")) == std::vector<std::string>{"prid450s"});
  CHECK(recipes_of(find_method("cnn-ernn-hand")) ==
        std::vector<std::string>{"prid450s", "prid450s_held_out"});
}
