#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace triptych {

// What was printed about a method: the paper's own table for PRID-450S, elsewhere the figures of the methods'
// authors.
struct Published {
  std::string slug;                         // of the row it stands beside
  std::vector<std::pair<int, double>> cmc;  // rank, %
  std::string source;
};

// The figures for a data set by its layout ("PRID-450S", "VIPeR"); none for others.
const std::vector<Published>& published_for(const std::string& layout);
const Published* published_for(const std::string& layout, const std::string& slug);
// People in the gallery of those figures: with fewer of them, any method's ranks are better. 0: no figures.
int published_gallery(const std::string& layout);

}  // namespace triptych
