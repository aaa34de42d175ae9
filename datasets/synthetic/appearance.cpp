#include "datasets/synthetic/appearance.h"

#include <iterator>
#include <span>

namespace triptych::synthetic {
namespace {

struct Paint {
  float weight;
  unsigned rgb;
};

constexpr Paint kOuter[] = {{20, 0x1b1b1e}, {11, 0x2a2b2f}, {8, 0x1f2533}, {6, 0x3a3d42}, {5, 0x3b3029},
                            {4, 0x5b5e63},  {4, 0x6e5b45},  {3, 0x8f8472}, {3, 0x474b37}, {3, 0x7d1c22},
                            {2, 0xb02a2c},  {3, 0x2b4a7d},  {2, 0x3f6f9d}, {3, 0xc9c5bb}, {2, 0x8d9398},
                            {1, 0x2e6b4a},  {1, 0xb58a2f},  {1, 0x6b3e69}, {1, 0xd0748a}};
constexpr Paint kShirts[] = {{8, 0xdcdcd8}, {7, 0x1d1d20}, {5, 0x7c8288}, {5, 0x2d3f66}, {4, 0x6f93bb},
                             {4, 0x9b2a2e}, {3, 0xb7ab93}, {3, 0x3e5d46}, {2, 0xd2b23c}, {2, 0xc96f9a},
                             {2, 0x5c4370}, {2, 0xcc6a2c}, {2, 0x2f8c8c}, {3, 0x4a3a31}, {1, 0x8cc06a}};
constexpr Paint kTrousers[] = {{16, 0x1a1a1d}, {8, 0x26282e}, {6, 0x1f2638}, {5, 0x3d3f43},
                               {4, 0x3d342c},  {4, 0x6f6656}, {3, 0x8e8570}, {2, 0x54583f},
                               {2, 0x707479},  {1, 0xbdb8aa}, {1, 0x5e2229}};
constexpr Paint kDenim[] = {{5, 0x27344e}, {5, 0x3c5478}, {4, 0x5b7aa3}, {2, 0x8ba5c4}, {3, 0x20242f}};
constexpr Paint kHair[] = {{8, 0x17130f}, {7, 0x2d2019}, {6, 0x4a3423}, {4, 0x7a5a35},
                           {3, 0xb08d55}, {3, 0x8f8c88}, {1, 0x7a3a1e}, {1, 0xcfcac2}};
constexpr Paint kSkin[] = {{6, 0xe0b090}, {5, 0xd29c78}, {3, 0xb97f58},
                           {2, 0x8a5a3b}, {2, 0x5a3825}, {3, 0xe8c0a4}};
constexpr Paint kLeather[] = {{8, 0x18171a}, {4, 0x3b2a20}, {2, 0x6b4a30}, {2, 0x2a3350}, {2, 0x8c8d90},
                              {2, 0xd8d6cf}, {1, 0xa3262b}, {1, 0x3f7fc0}, {1, 0x4f6b3a}, {1, 0xc7a26a}};
constexpr Paint kAccent[] = {{6, 0xdedcd6}, {7, 0x1b1b1e}, {3, 0x44464b}, {3, 0xb32a2e}, {2, 0x2d57a0},
                             {2, 0xd5b03a}, {2, 0x8a8d91}, {1, 0x3b8a55}, {1, 0xd9772e}};

// One of the paints, chosen by weight, with a random variation: no two garments have exactly the same colour.
Colour pick(Random& random, std::span<const Paint> paints) {
  float total = 0;
  for (const Paint& paint : paints) total += paint.weight;
  float left = uniform(random, 0, total);
  std::size_t i = 0;
  while (i + 1 < paints.size() && left > paints[i].weight) left -= paints[i++].weight;
  const float light = std::exp(normal(random, 0.18f));
  const Colour dye{std::exp(normal(random, 0.06f)), std::exp(normal(random, 0.06f)),
                   std::exp(normal(random, 0.06f))};
  return paint(paints[i].rgb) * dye * light;
}

template <class Kind>
Kind choose(Random& random, std::initializer_list<std::pair<float, Kind>> weighted) {
  float total = 0;
  for (const auto& [weight, kind] : weighted) total += weight;
  float left = uniform(random, 0, total);
  for (const auto& [weight, kind] : weighted)
    if ((left -= weight) <= 0) return kind;
  return std::prev(weighted.end())->second;
}

void sample_body(Random& random, bool woman, Person& p) {
  p.height = (woman ? 1.65f : 1.78f) + normal(random, 0.065f);
  p.girth = std::clamp(1 + normal(random, 0.10f), 0.85f, 1.3f);
  p.shoulders = (woman ? 0.92f : 1.05f) * (1 + normal(random, 0.03f));
  p.hips = (woman ? 1.06f : 0.98f) * (1 + normal(random, 0.03f));
  p.skin = pick(random, kSkin);
  p.hair_colour = pick(random, kHair);
  p.hair = woman ? choose<Hair>(random, {{1.5f, Hair::cropped},
                                         {3, Hair::bob},
                                         {4, Hair::loose},
                                         {2, Hair::ponytail},
                                         {1, Hair::bun}})
                 : choose<Hair>(random, {{1.2f, Hair::bald}, {8, Hair::cropped}, {1, Hair::bob}});
}

void sample_upper(Random& random, bool woman, Person& p) {
  p.upper = choose<Upper>(random, {{1.4f, Upper::tshirt},
                                   {1.6f, Upper::shirt},
                                   {2, Upper::hoodie},
                                   {6, Upper::jacket},
                                   {4, Upper::coat},
                                   {woman ? 1.f : 0.f, Upper::dress}});
  const bool outer = p.upper == Upper::jacket || p.upper == Upper::coat;
  Cloth& cloth = p.upper_cloth;
  cloth.base = outer ? pick(random, kOuter) : pick(random, kShirts);
  cloth.second = pick(random, kAccent);
  cloth.period = uniform(random, 0.05f, 0.14f);
  cloth.pattern =
      outer
          ? choose<Pattern>(random, {{8, Pattern::plain}, {1.2f, Pattern::two_tone}, {0.5f, Pattern::checks}})
          : choose<Pattern>(random, {{4, Pattern::plain},
                                     {2, Pattern::stripes},
                                     {1.5f, Pattern::checks},
                                     {1.5f, Pattern::two_tone},
                                     {2, Pattern::logo}});
  cloth.gloss = outer && random.chance(0.35) ? uniform(random, 0.3f, 0.9f) : 0.05f;
  p.sleeve_colour = random.chance(0.10) ? pick(random, kAccent) : cloth.base;
  p.sleeve = p.upper == Upper::tshirt || p.upper == Upper::dress ? uniform(random, 0.3f, 0.55f) : 0.97f;
  p.ease = p.upper == Upper::coat     ? uniform(random, 0.016f, 0.036f)
           : p.upper == Upper::jacket ? uniform(random, 0.012f, 0.045f)
           : p.upper == Upper::hoodie ? uniform(random, 0.012f, 0.026f)
                                      : uniform(random, 0.008f, 0.016f);
  p.upper_hem = p.upper == Upper::coat    ? uniform(random, 0.27f, 0.43f)
                : p.upper == Upper::dress ? uniform(random, 0.25f, 0.40f)
                                          : uniform(random, 0.455f, 0.515f);
  p.opening = outer && random.chance(0.4) ? uniform(random, 0.018f, 0.055f) : 0;
  p.inner = pick(random, kShirts);
  p.hood = p.upper == Upper::hoodie || (outer && random.chance(0.25));
  p.scarf = outer && random.chance(0.22);
  p.scarf_colour = pick(random, kAccent);
  p.belt = p.upper == Upper::coat && random.chance(0.3);
}

void sample_lower(Random& random, bool woman, Person& p) {
  const bool warm = p.upper == Upper::tshirt || p.upper == Upper::shirt;
  p.lower = choose<Lower>(random, {{5, Lower::trousers},
                                   {5, Lower::jeans},
                                   {warm ? 1.6f : 0.f, Lower::shorts},
                                   {woman ? 2.f : 0.f, Lower::skirt}});
  Cloth& cloth = p.lower_cloth;
  cloth.base = p.lower == Lower::jeans ? pick(random, kDenim) : pick(random, kTrousers);
  cloth.second = cloth.base * 1.9f;
  cloth.pattern = p.lower == Lower::jeans ? Pattern::denim : Pattern::plain;
  p.lower_hem = p.lower == Lower::shorts  ? uniform(random, 0.27f, 0.36f)
                : p.lower == Lower::skirt ? uniform(random, 0.20f, 0.36f)
                                          : 0.035f;
  p.legs = woman && random.chance(0.6) ? pick(random, kTrousers) : p.skin;
  p.flare = uniform(random, woman ? -0.25f : 0.f, 0.35f);
  p.shoes = choose<Shoes>(random, {{4, Shoes::low}, {3, Shoes::sneakers}, {woman ? 3.f : 1.f, Shoes::boots}});
  p.shoe_colour = p.shoes == Shoes::sneakers ? pick(random, kAccent) : pick(random, kLeather);
  p.sole_colour = p.shoes == Shoes::sneakers ? paint(0xd0d0cc) : paint(0x151414);
}

void sample_things(Random& random, bool woman, Person& p) {
  p.bag = choose<Bag>(
      random,
      {{4, Bag::none}, {2.2f, Bag::backpack}, {2.2f, Bag::shoulder}, {woman ? 1.8f : 0.8f, Bag::handbag}});
  p.bag_side = static_cast<int>(random.integer(2));
  p.bag_size = uniform(random, 0.8f, 1.25f);
  p.bag_colour = pick(random, kLeather);
  p.bag_trim = pick(random, kAccent);
  p.hat = choose<Hat>(random, {{7, Hat::none}, {1, Hat::cap}, {1.2f, Hat::beanie}});
  p.hat_colour = random.chance(0.5) ? pick(random, kOuter) : pick(random, kAccent);
  p.key = random.word();
}

}  // namespace

Person sample_person(std::uint64_t seed, Index person) {
  Random random = Random(seed).split(0x7065'6f70'6c65).split(static_cast<std::uint64_t>(person));  // "people"
  Person p{};
  const bool woman = random.chance(0.5);
  sample_body(random, woman, p);
  sample_upper(random, woman, p);
  sample_lower(random, woman, p);
  sample_things(random, woman, p);
  return p;
}

}  // namespace triptych::synthetic
