#include "datasets/synthetic/appearance.h"

#include <doctest/doctest.h>

#include <set>

using namespace triptych::synthetic;

namespace {

float brightness(Colour colour) {
  return (colour.x + colour.y + colour.z) / 3;
}

}  // namespace

TEST_CASE("a person follows from seed and number alone") {
  const Person a = sample_person(7, 3), b = sample_person(7, 3);
  CHECK(a.height == b.height);
  CHECK(a.upper_cloth.base.x == b.upper_cloth.base.x);
  CHECK(a.key == b.key);
  CHECK(sample_person(7, 4).key != a.key);
  CHECK(sample_person(8, 3).key != a.key);
}

TEST_CASE("people differ in everything, and are plausible: all kinds occur, half of the clothes are dark") {
  std::set<Upper> uppers;
  std::set<Lower> lowers;
  std::set<Hair> hairs;
  std::set<Bag> bags;
  std::set<Pattern> patterns;
  std::set<float> reds;
  int dark = 0;
  constexpr int kPeople = 300;
  for (int i = 0; i < kPeople; ++i) {
    const Person p = sample_person(1, i);
    uppers.insert(p.upper), lowers.insert(p.lower), hairs.insert(p.hair), bags.insert(p.bag);
    patterns.insert(p.upper_cloth.pattern), patterns.insert(p.lower_cloth.pattern);
    reds.insert(p.upper_cloth.base.x);
    dark += brightness(p.upper_cloth.base) < 0.06f;  // darker than paint 0x474747
    CHECK(p.height > 1.3f);
    CHECK(p.height < 2.15f);
    CHECK(p.upper_hem > 0.2f);
    CHECK(p.upper_hem < 0.53f);
  }
  CHECK(uppers.size() == 6);
  CHECK(lowers.size() == 4);
  CHECK(hairs.size() == 6);
  CHECK(bags.size() == 4);
  CHECK(patterns.size() == 6);
  CHECK(reds.size() == kPeople);  // no dye twice
  CHECK(dark > kPeople / 3);
  CHECK(dark < 2 * kPeople / 3);
}
