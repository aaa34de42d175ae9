#pragma once
#include <map>
#include <string>
#include <vector>

#include "datasets/image_source.h"

namespace triptych {

// The page's images. Sections name them by number; each image of the data set travels once, however often it
// is shown.
class ImageStore {
 public:
  explicit ImageStore(const ImageSource& images) : images_(images) {}

  // An image of the data set, as JPEG, made smaller to `tallest` pixels.
  Index photograph(Index sample);
  // Frames of a sequence, smaller than a photograph: `most` at equal steps from the first to the last.
  std::vector<Index> film_strip(Index sample, Index most);
  // A photograph as the network sees it: the centre crop at its full size.
  Index crop(Index sample, Index height, Index width);
  Index photograph(const Image& image);
  // Drawings: PNG, lossless.
  Index drawing(const Image& image);

  // [{"w": width, "h": height, "uri": "data:image/..."}, ...]
  std::string json() const;

 private:
  static constexpr Index tallest = 144, tallest_frame = 96;
  struct Stored {
    Index width, height;
    std::string uri;
  };
  Index photograph_at_most(Image image, Index height);
  Index add(const Image& image, const char* kind, const std::string& bytes);

  const ImageSource& images_;
  std::vector<Stored> stored_;
  std::map<Index, Index> photographs_, crops_;       // sample -> number
  std::map<Index, std::vector<Index>> film_strips_;  // the same, of frames
};

// The centre of an image, which is what the network sees of it in testing.
Image centre_of(const Image& image, Index height, Index width);

}  // namespace triptych
