#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "reid/options.h"

namespace triptych {

// One thing that a result depends on: its name, and its value as text or, where that is long, its digest.
struct Input {
  std::string name, value;
  bool operator==(const Input&) const = default;
};
using Inputs = std::vector<Input>;

// SHA-256 over all names and values, in hexadecimal: 64 digits. Two results may stand for each other only
// when their keys are equal.
std::string key_of(const Inputs& inputs);

// The first input that differs, as "images (was A, is B)"; an input that one of the two lacks counts as a
// difference. Empty when there is none.
std::string first_difference(const Inputs& was, const Inputs& is);

// What files and folders are named after: the first 16 digits.
inline std::string short_key(const std::string& key) {
  return key.substr(0, 16);
}

// ---- inputs are the members of a struct ------------------------------------------------------------------
// A struct of inputs says in `fields(const S&)` what each member is called: a tuple of `named("seed", seed)`.
// `inputs_of` refuses to compile when the tuple is shorter or longer than the struct, so that a member that
// is added cannot be left out of the key.

template <class T>
struct Named {
  const char* name;
  const T& value;
};
template <class T>
Named<T> named(const char* name, const T& value) {
  return {name, value};
}

namespace key_detail {
struct Anything {
  template <class T>
  operator T() const;
};
template <class S, class... Values>
constexpr std::size_t count_members() {
  if constexpr (requires { S{std::declval<Values>()..., Anything{}}; })
    return count_members<S, Values..., Anything>();
  else
    return sizeof...(Values);
}
}  // namespace key_detail

// How many members an aggregate has.
template <class S>
inline constexpr std::size_t member_count = key_detail::count_members<S>();

// A member as one input; Options as one for each field that `describe` names.
void add_input(Inputs& list, const std::string& name, const std::string& value);
void add_input(Inputs& list, const std::string& name, std::int64_t value);
// "120 entries, " and their digest
void add_input(Inputs& list, const std::string& name, const std::vector<Index>& value);
void add_input(Inputs& list, const std::string& name, const std::vector<std::string>& value);
void add_input(Inputs& list, const std::string& name, const Options& value);

template <class S>
Inputs inputs_of(const S& inputs) {
  const auto tuple = fields(inputs);
  static_assert(std::tuple_size_v<std::remove_const_t<decltype(tuple)>> == member_count<S>,
                "fields() must name every member of the struct");
  Inputs list;
  std::apply([&](const auto&... field) { (add_input(list, field.name, field.value), ...); }, tuple);
  return list;
}

}  // namespace triptych
