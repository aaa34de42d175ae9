#include "reid/search/shared_search.h"

#include <algorithm>
#include <type_traits>

#include "engine/ranks.h"

namespace triptych {
namespace {

// Rows first .. first + count - 1 of others.
class RowShare final : public RowSource {
 public:
  RowShare(const RowSource& all, Index first, Index count) : all_(all), first_(first), count_(count) {}
  Index count() const override { return count_; }
  Index size() const override { return all_.size(); }
  Block block(Index first, Index count) const override { return all_.block(first_ + first, count); }
  CodedBlock coded_block(Index first, Index count) const override {
    return all_.coded_block(first_ + first, count);
  }

 private:
  const RowSource& all_;
  Index first_, count_;
};

}  // namespace

std::vector<std::vector<NearRow>> nearest_rows_by_ranks(const Device& device, const RowSource& rows,
                                                        std::span<const float> queries, Index top) {
  const std::shared_ptr<Communicator> ranks = ranks_of(device);
  if (!ranks || ranks->ranks() == 1) return nearest_rows(device, rows, queries, top);
  const Index first = first_of_rank(rows.count(), ranks->rank(), ranks->ranks()),
              end = first_of_rank(rows.count(), ranks->rank() + 1, ranks->ranks());
  std::vector<std::vector<NearRow>> found =
      nearest_rows(device, RowShare(rows, first, end - first), queries, top);

  // A share may have fewer rows than are wanted; row -1 stands for none.
  const Index most = std::min(top, rows.count()), each = static_cast<Index>(found.size()) * most;
  static_assert(std::is_trivially_copyable_v<NearRow>);
  std::vector<NearRow> lists(static_cast<std::size_t>(ranks->ranks() * each));  // [ranks][queries][most]
  NearRow* mine = lists.data() + ranks->rank() * each;
  for (const std::vector<NearRow>& nearest : found) {
    for (std::size_t i = 0; i < nearest.size(); ++i) mine[i] = {first + nearest[i].row, nearest[i].distance};
    mine += most;
  }
  std::vector<Index> starts;
  for (Index r = 0; r <= ranks->ranks(); ++r)
    starts.push_back(r * each * static_cast<Index>(sizeof(NearRow)));
  ranks->all_gather(Traffic::embeddings, lists.data(), starts);

  for (std::size_t q = 0; q < found.size(); ++q) {
    std::vector<NearRow>& merged = found[q];
    merged.clear();
    for (Index r = 0; r < ranks->ranks(); ++r) {
      const NearRow* list = lists.data() + r * each + static_cast<Index>(q) * most;
      std::copy_if(list, list + most, std::back_inserter(merged),
                   [](const NearRow& n) { return n.row >= 0; });
    }
    std::ranges::sort(merged, nearer);
    merged.resize(std::min(merged.size(), static_cast<std::size_t>(most)));
  }
  return found;
}

}  // namespace triptych
