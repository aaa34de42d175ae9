#include "reid/search/indexing.h"

#include <algorithm>
#include <map>

#include "datasets/image.h"
#include "datasets/image_folder.h"
#include "datasets/integrity.h"
#include "datasets/parallel.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/ranks.h"
#include "engine/sha256.h"
#include "engine/stop.h"
#include "engine/text.h"
#include "reid/search/shared_embedding.h"

namespace triptych {
namespace {

namespace fs = std::filesystem;

std::string absolute_path(const fs::path& path) {
  fs::path normal = fs::absolute(path).lexically_normal();
  if (!normal.has_filename()) normal = normal.parent_path();  // "people/" is "people"
  return normal.string();
}

// A file on its way into the index.
struct Candidate {
  IndexedImage image;
  std::string bytes;             // of the file
  Image pixels;                  // at the network's size, if it is to be embedded
  bool known = false;            // its path is in the index
  bool same = false;             // with this content
  std::vector<float> embedding;  // empty: the index has it
  std::string fault;             // why it is left out
};

void read_candidate(Candidate& candidate) {
  if (const std::string fault = text_fault(candidate.image.path); !fault.empty())
    fail("the name of the image {} {}; rename the file or its folder", shown(fs::path(candidate.image.path)),
         fault);
  candidate.bytes = read_file(candidate.image.path, image_limits::file_bytes);
  Sha256 hash;
  hash.add(candidate.bytes.data(), candidate.bytes.size());
  candidate.image.content = hash.hex();
}

void decode_candidate(Candidate& candidate, const NetworkOptions& network) {
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(candidate.bytes.data()),
                        candidate.bytes.size());
  candidate.pixels = resize(decode_image(bytes, shown(fs::path(candidate.image.path))), network.image_height,
                            network.image_width);
}

// Runs `work` for the candidates on all threads; those that fail get the message as their fault.
template <class Work>
void for_all(std::span<Candidate*> candidates, int threads, Work work) {
  const auto failures = try_in_parallel(static_cast<Index>(candidates.size()), threads,
                                        [&](Index i) { work(*candidates[static_cast<std::size_t>(i)]); });
  for (const Failure& failure : failures)
    candidates[static_cast<std::size_t>(failure.index)]->fault = failure.message;
}

void embed_candidates(std::span<Candidate*> candidates, const Model& model) {
  std::vector<Image> images;
  std::vector<int> cameras;
  for (Candidate* candidate : candidates) {
    images.push_back(std::move(candidate->pixels));
    cameras.push_back(candidate->image.camera);
  }
  if (images.empty()) return;
  const EmbeddedImages embedded = embed_with_help(model, std::move(images), std::move(cameras));
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto row = embedded.row(static_cast<Index>(i));
    candidates[i]->embedding.assign(row.begin(), row.end());
  }
}

// The images of one transaction.
class Group {
 public:
  Group(ImageIndex& index, const Model& model, IndexingReport& report)
      : index_(index), model_(model), report_(report) {}

  void add(std::span<const FolderImage> images) {
    std::vector<Candidate> candidates;
    for (const FolderImage& image : images)
      candidates.push_back({.image = {absolute_path(image.file), {}, image.identity, image.camera},
                            .bytes = {},
                            .pixels = {},
                            .embedding = {},
                            .fault = {}});
    const int threads = model_.network->device().context().threads;
    std::vector<Candidate*> all;
    for (Candidate& candidate : candidates) all.push_back(&candidate);
    for_all(all, threads, read_candidate);

    std::vector<Candidate*> unknown;  // to be embedded
    std::map<std::pair<std::string, int>, Candidate*> first;
    std::vector<std::pair<Candidate*, Candidate*>> repeats;  // of an image of this group
    for (Candidate& candidate : candidates) {
      if (!look_up(candidate)) continue;
      const auto [found, is_first] =
          first.try_emplace({candidate.image.content, candidate.image.camera}, &candidate);
      if (is_first)
        unknown.push_back(&candidate);
      else
        repeats.emplace_back(&candidate, found->second);
    }
    for_all(unknown, threads,
            [&](Candidate& candidate) { decode_candidate(candidate, model_.options.network); });
    std::erase_if(unknown, [](const Candidate* candidate) { return !candidate->fault.empty(); });
    embed_candidates(unknown, model_);
    report_.embedded += static_cast<Index>(unknown.size());
    for (const auto& [repeat, of] : repeats) {
      repeat->embedding = of->embedding;
      if (!of->fault.empty()) repeat->fault = "the same content as " + of->image.path + ": " + of->fault;
    }
    store(candidates);
  }

 private:
  // What the index knows of it. True if its embedding is missing.
  bool look_up(Candidate& candidate) {
    if (!candidate.fault.empty()) return false;
    const std::optional<IndexedImage> stored = index_.find(candidate.image.path);
    candidate.known = stored.has_value();
    candidate.same = stored && stored->content == candidate.image.content &&
                     stored->identity == candidate.image.identity && stored->camera == candidate.image.camera;
    if (stored && stored->content == candidate.image.content && stored->camera == candidate.image.camera)
      return false;
    if (auto row = index_.embedding_of(candidate.image.content, candidate.image.camera)) {
      candidate.embedding = *std::move(row);
      return false;
    }
    return true;
  }

  void store(std::span<Candidate> candidates) {
    std::vector<ImageIndex::Change> changes;
    std::vector<std::string> unreadable;
    for (Candidate& candidate : candidates) {
      ++report_.found;
      if (!candidate.fault.empty()) {
        ++report_.unreadable;
        report_.left_out.push_back(candidate.fault);
        unreadable.push_back(candidate.image.path);
      } else if (!candidate.same) {
        ++(candidate.known ? report_.changed : report_.added);
        changes.push_back({std::move(candidate.image), std::move(candidate.embedding)});
      }
    }
    report_.removed += index_.change(changes, unreadable);
  }

  ImageIndex& index_;
  const Model& model_;
  IndexingReport& report_;
};

// Images in a folder that was added later, and is below this one, are as that one says.
void leave_to_inner_folders(const ImageIndex& index, const IndexedFolder& folder, ImageFolder& found) {
  for (const IndexedFolder& other : index.folders())
    if (other.path.starts_with(folder.path + '/'))
      std::erase_if(found.images, [&](const FolderImage& image) {
        const std::string path = absolute_path(image.file);
        return path == other.path || path.starts_with(other.path + '/');
      });
}

// Ranks share images in groups of embedded_together, and each should have one.
Index images_of_a_transaction(const Device& device) {
  const std::shared_ptr<Communicator> ranks = ranks_of(device);
  return ranks ? std::max(indexed_together, ranks->ranks() * embedded_together) : indexed_together;
}

void add_folder(ImageIndex& index, const Model& model, const IndexedFolder& folder, const Watcher& watcher,
                IndexingReport& report) {
  ImageFolder found = images_below(folder.path, folder.labels);
  leave_to_inner_folders(index, folder, found);
  for (const Finding& finding : found.findings) report.left_out.push_back(finding.sentence);
  if (folder.camera >= 0)
    for (FolderImage& image : found.images) image.camera = folder.camera;
  watcher.say(fmt::format("{}: {} images, {}", shown(fs::path(folder.path)), found.images.size(),
                          found.layout.empty()
                              ? "people unknown" + (found.why.empty() ? "" : " (" + found.why + ")")
                              : "people as in the layout " + found.layout));
  Group group(index, model, report);
  const auto total = found.images.size();
  const auto together = static_cast<std::size_t>(images_of_a_transaction(model.network->device()));
  for (std::size_t first = 0; first < total; first += together) {
    stop_point();
    const std::size_t count = std::min(together, total - first);
    group.add(std::span(found.images).subspan(first, count));
    watcher.progress("embedding", static_cast<Index>(first + count), static_cast<Index>(total));
  }
}

}  // namespace

IndexingReport& IndexingReport::operator+=(const IndexingReport& more) {
  found += more.found, added += more.added, changed += more.changed, embedded += more.embedded;
  removed += more.removed, unreadable += more.unreadable;
  left_out.insert(left_out.end(), more.left_out.begin(), more.left_out.end());
  return *this;
}

IndexingReport add_to_index(ImageIndex& index, const Model& model, const IndexedFolder& folder,
                            const Watcher& watcher) {
  IndexedFolder own = folder;
  own.path = absolute_path(folder.path);
  IndexingReport report;
  images_below(own.path, false);  // a folder that cannot be read leaves no trace
  index.put_folder(own);
  add_folder(index, model, own, watcher, report);
  return report;
}

IndexingReport update_index(ImageIndex& index, const Model& model, const Watcher& watcher) {
  IndexingReport report;
  for (const IndexedFolder& folder : index.folders()) {
    std::error_code code;
    if (!fs::exists(folder.path, code)) {
      report.left_out.push_back(
          fmt::format("{} is not there, and its images stay in the index; if it is gone for good: "
                      "triptych index remove {} {}",
                      shown(fs::path(folder.path)), shown(index.file()), shown(fs::path(folder.path))));
      continue;
    }
    add_folder(index, model, folder, watcher, report);
    std::vector<std::string> gone;
    for (std::string& path : index.paths_below(folder.path))
      if (!fs::exists(path, code)) gone.push_back(std::move(path));
    report.removed += index.change({}, gone);
  }
  return report;
}

IndexingReport remove_from_index(ImageIndex& index, const fs::path& path) {
  const std::string whole = absolute_path(path);
  const std::vector<std::string> paths = index.paths_below(whole);
  require(!paths.empty(), "the index {} has no image at {} or below it", shown(index.file()), shown(path));
  IndexingReport report;
  report.removed = index.change({}, paths);
  index.remove_folders(whole);
  std::error_code code;
  for (const IndexedFolder& folder : index.folders())
    if (whole.starts_with(folder.path + '/') && fs::exists(whole, code))
      report.left_out.push_back(
          fmt::format("{} is still there, below {}: 'triptych index update {}' will add it again",
                      shown(path), shown(fs::path(folder.path)), shown(index.file())));
  return report;
}

}  // namespace triptych
