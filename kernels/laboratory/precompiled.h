#pragma once
#include <string>
#include <vector>

// The headers that every learner's file begins with take g++ most of its time. They are precompiled once for
// each compiler and kept beside other programs' caches, in $TRIPTYCH_CACHE, $XDG_CACHE_HOME/triptych or
// ~/.cache/triptych.
namespace triptych::laboratory {

// A folder with the headers, and in it all.h, which includes what a learner's file begins with. Precompiled
// for these flags of the compiler where it is kept; where it cannot be kept the headers are written into
// `folder` alone.
struct Headers {
  std::string folder;
  bool are_kept = false;
};
Headers headers_for(const std::string& compiler, const std::vector<std::string>& flags,
                    const std::string& folder);
// Those in `folder`, whatever is kept.
Headers headers_in(const std::string& folder);

}  // namespace triptych::laboratory
