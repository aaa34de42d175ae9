#include "reid/key.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "engine/sha256.h"

namespace triptych {
namespace {

// Each field of Options as an input, numbers with as many digits as they need to be read back.
struct OptionInputs {
  Inputs& list;

  template <class T>
  void operator()(const char* name, const T& value, const char*) {
    if constexpr (std::is_same_v<T, std::vector<Index>>)
      list.push_back({name, fmt::format("{}", fmt::join(value, ","))});
    else
      list.push_back({name, fmt::format("{}", value)});
  }
  template <class E>
  void operator()(const char* name, const E& value, const EnumNames<E>& names, const char*) {
    for (const auto& [text, member] : names)
      if (member == value) list.push_back({name, std::string(text)});
  }
};

}  // namespace

std::string key_of(const Inputs& inputs) {
  Sha256 hash;
  for (const auto& [name, value] : inputs) hash.add(name).add(value);
  return hash.hex();
}

std::string first_difference(const Inputs& was, const Inputs& is) {
  const auto value_in = [](const Inputs& inputs, const std::string& name) -> const std::string* {
    const auto found = std::ranges::find(inputs, name, &Input::name);
    return found == inputs.end() ? nullptr : &found->value;
  };
  // A digest is shown by its first digits, not all 64.
  const auto shown = [](const std::string* value) {
    if (!value) return std::string("absent");
    if (value->empty()) return std::string("none");
    return value->size() > 60 ? value->substr(0, 16) + "..." : *value;
  };
  for (const auto& [name, value] : was)
    if (const std::string* now = value_in(is, name); !now || *now != value)
      return fmt::format("{} (was {}, is {})", name, shown(&value), shown(now));
  for (const auto& [name, value] : is)
    if (!value_in(was, name)) return fmt::format("{} (was absent, is {})", name, shown(&value));
  return {};
}

void add_input(Inputs& list, const std::string& name, const std::string& value) {
  list.push_back({name, value});
}

void add_input(Inputs& list, const std::string& name, std::int64_t value) {
  list.push_back({name, std::to_string(value)});
}

void add_input(Inputs& list, const std::string& name, const std::vector<Index>& value) {
  Sha256 hash;
  for (const Index entry : value) hash.add(std::uint64_t(entry));
  list.push_back({name, fmt::format("{} entries, {}", value.size(), hash.hex())});
}

void add_input(Inputs& list, const std::string& name, const std::vector<std::string>& value) {
  list.push_back({name, fmt::format("{}", fmt::join(value, ", "))});
}

void add_input(Inputs& list, const std::string&, const Options& value) {
  Inputs options;
  describe(OptionInputs{options}, value);
  const std::set<std::string> left_out = later_defaults(value);
  for (Input& option : options) {
    if (left_out.contains(option.name)) continue;
    // A result has an input of that name already: the images themselves.
    if (option.name == "images") option.name = "images-of-an-identity";
    list.push_back(std::move(option));
  }
}

}  // namespace triptych
