#pragma once
#include <map>
#include <string>
#include <vector>

#include "datasets/picture_set.h"

namespace triptych {

// The page's pictures. Sections name them by number; each picture of the data set travels once, however often it is shown.
class PictureStore {
 public:
  explicit PictureStore(const PictureSet& pictures) : pictures_(pictures) {}

  // A picture of the data set, as JPEG, made smaller to `tallest` pixels.
  Index photograph(Index sample);
  // A photograph as the network sees it: the centre crop at its full size.
  Index crop(Index sample, Index height, Index width);
  Index photograph(const Picture& picture);
  // Drawn things: PNG, every pixel as it is.
  Index drawing(const Picture& picture);

  // [{"w": width, "h": height, "uri": "data:image/..."}, ...]
  std::string json() const;

 private:
  static constexpr Index tallest = 144;
  struct Stored {
    Index width, height;
    std::string uri;
  };
  Index add(const Picture& picture, const char* kind, const std::string& bytes);

  const PictureSet& pictures_;
  std::vector<Stored> stored_;
  std::map<Index, Index> photographs_, crops_;  // sample -> number
};

// The centre of a picture, which is what the network sees of it in testing.
Picture centre_of(const Picture& picture, Index height, Index width);

}  // namespace triptych
