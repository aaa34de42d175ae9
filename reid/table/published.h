#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace triptych {

// Published results of a method: the paper's table for PRID-450S, elsewhere the figures of the methods'
// authors.
struct Published {
  std::string slug;                         // of the corresponding row
  std::vector<std::pair<int, double>> cmc;  // rank, %
  std::string source;
};

// Published results by the layout of the data set ("PRID-450S", "VIPeR"); none for others.
const std::vector<Published>& published_for(std::string_view layout);
const Published* published_for(std::string_view layout, std::string_view slug);
// Size of the gallery, in identities, of those results; ranks improve in smaller galleries. 0: no results.
int published_gallery(const std::string& layout);

}  // namespace triptych
