#pragma once
#include <algorithm>
#include <span>
#include <vector>

#include "datasets/image_source.h"
#include "datasets/rectangle.h"
#include "engine/random.h"

// Occluders made of other images: what a person looks like behind another person or behind a piece of street,
// with the mask of what is hidden known exactly.
namespace triptych {

// A rectangle, and what of another image of the same size is pasted into it: a part of its person, from the
// middle columns, or a part of its street, from the eighth at one side, mirrored over and over.
struct Paste {
  Rectangle where;
  bool street = false;
  bool right = false;  // street: the right side
  Index top = 0;       // row of the other image that comes first
};

// A rectangle over `share` of an image [height, width] and what fills it. Its height is drawn log-uniformly
// from that share of the image's height to all of it, so that wide and tall ones are equally likely; its
// position and all else uniformly.
Paste draw_paste(Random& random, Index height, Index width, double share);

// donor, image [height, width, 3]
template <class T>
void paste_over(const Paste& paste, const T* donor, T* image, Index height, Index width) {
  const Rectangle& r = paste.where;
  const Index side = std::max<Index>(1, width / 8);
  for (Index y = 0; y < r.height && y < height; ++y)
    for (Index x = 0; x < r.width; ++x) {
      const Index tile = x % (2 * side), in = tile < side ? tile : 2 * side - 1 - tile;
      const Index column = !paste.street ? (width - r.width) / 2 + x : paste.right ? width - 1 - in : in;
      std::copy_n(donor + ((paste.top + y) * width + column) * 3, 3,
                  image + ((r.top + y) * width + r.left + x) * 3);
    }
}

// The images that occluders are made of when these identities are tested: those of all other identities and
// of distractors, so that no occluder shows somebody of the gallery; everybody's if there are no others.
std::vector<Index> occluder_donors(const Dataset& dataset, std::span<const Index> tested);

// The same images, but `share` of each of the given samples is hidden by a part of a donor of another
// identity, of the same camera if there is one: a function of (seed, sample), of the donors, and of the size
// of the images only in that rectangles are rounded to pixels. occluder(i) of the result is the rectangle.
ImageSource occluded(const ImageSource& images, const Dataset& dataset, std::span<const Index> samples,
                     std::span<const Index> donors, double share, std::uint64_t seed);

}  // namespace triptych
