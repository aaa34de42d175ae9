#pragma once
#include <doctest/doctest.h>

#include <vector>

#include "exercises/exercises.h"

// doctest, and how it writes lists when a comparison fails.
namespace doctest {

template <class T>
struct StringMaker<std::vector<T>> {
  static String convert(const std::vector<T>& values) {
    String text = "{";
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) text += ", ";
      text += i == 32 ? String("...") : toString(values[i]);
      if (i == 32) break;
    }
    return text + "}";
  }
};
template <>
struct StringMaker<triptych::Triplet> {
  static String convert(const triptych::Triplet& t) {
    return "(" + toString(t.anchor) + " " + toString(t.positive) + " " + toString(t.negative) + ")";
  }
};
template <std::size_t N>
struct StringMaker<std::array<double, N>> {
  static String convert(const std::array<double, N>& values) {
    return toString(std::vector<double>(values.begin(), values.end()));
  }
};

}  // namespace doctest
