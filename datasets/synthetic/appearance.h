#pragma once
#include <cstdint>

#include "datasets/synthetic/vector.h"

namespace triptych::synthetic {

enum class Pattern { plain, stripes, checks, two_tone, logo, denim };
enum class Upper { tshirt, shirt, hoodie, jacket, coat, dress };
enum class Lower { trousers, jeans, shorts, skirt };
enum class Hair { bald, cropped, bob, loose, ponytail, bun };
enum class Shoes { low, sneakers, boots };
enum class Bag { none, backpack, shoulder, handbag };
enum class Hat { none, cap, beanie };

struct Cloth {
  Pattern pattern = Pattern::plain;
  Colour base, second;
  float period = 0.1f;  // of stripes and checks, metres
  float gloss = 0;      // 0 wool .. 1 leather
};

// A person's appearance: everything that is the same for both cameras. Lengths in metres; hems are heights
// over the ground in fractions of the body height (0.5 = hip).
struct Person {
  float height, girth, shoulders, hips;  // girth, shoulders and hips multiply the average; 1 = average
  Colour skin, hair_colour;
  Hair hair;

  Upper upper;
  Cloth upper_cloth;
  Colour sleeve_colour;  // a raglan or a vest over a shirt; mostly that of the cloth
  float upper_hem;       // where the garment ends
  float ease;            // distance between body and cloth, metres
  float sleeve;          // 0.35 short .. 1 to the wrist, as a share of the arm
  float opening;         // half-width of the gap of an open jacket, in turns around the chest; 0 = closed
  Colour inner;          // visible in the gap
  bool hood, scarf, belt;
  Colour scarf_colour;

  Lower lower;
  Cloth lower_cloth;
  float lower_hem, flare;  // flare: how much wider a leg or a skirt is at its hem
  Colour legs;             // skin or tights, where the garment leaves the legs bare

  Shoes shoes;
  Colour shoe_colour, sole_colour;
  Bag bag;
  int bag_side;  // 0 left, 1 right
  float bag_size;
  Colour bag_colour, bag_trim;
  Hat hat;
  Colour hat_colour;
  std::uint32_t key;  // seed of this person's textures
};

// The person with this index: a function of (seed, person) alone. Colours follow what pedestrians wear in a
// cold city (about half of the coats almost black, most trousers dark or blue), so that many people look
// alike.
Person sample_person(std::uint64_t seed, Index person);

}  // namespace triptych::synthetic
