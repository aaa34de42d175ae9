#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "reid/experiment/watcher.h"
#include "reid/network/model.h"
#include "reid/search/image_index.h"

namespace triptych {

// What a change of an index did.
struct IndexingReport {
  Index found = 0;       // images that were looked at
  Index added = 0;       // not in the index before
  Index changed = 0;     // of which the content, the identity or the camera is another than before
  Index embedded = 0;    // that went through the network: equal images are embedded once
  Index removed = 0;     // of which the file is gone, or cannot be read any more
  Index unreadable = 0;  // left out
  std::vector<std::string> left_out;  // a sentence for each of them, and for what else is missing

  IndexingReport& operator+=(const IndexingReport& more);
};

// Images go through the network and into the index in groups of so many: what a kill loses at most. With more
// than eight ranks (engine/ranks.h) the groups are larger, so that each has something to embed.
inline constexpr Index indexed_together = 256;

// Adds the images of a folder and of its sub-folders, or an image; embeds only those whose content the index
// does not have. `model` is the index's own (ImageIndex::require_model). A run that was broken off goes on
// with what is missing. Of several ranks the first one calls this, the others help_to_embed()
// (shared_embedding.h).
IndexingReport add_to_index(ImageIndex& index, const Model& model, const IndexedFolder& folder,
                            const Watcher& watcher = {});

// The same for all folders of the index, and takes out the images whose files are gone. A folder that is gone
// as a whole, which may be a disk that is not there today, loses nothing and is told in `left_out`.
IndexingReport update_index(ImageIndex& index, const Model& model, const Watcher& watcher = {});

// Takes out the image at `path`, or all images below it, and the folders there. None: Error. What an
// update would add again is told in `left_out`.
IndexingReport remove_from_index(ImageIndex& index, const std::filesystem::path& path);

}  // namespace triptych
