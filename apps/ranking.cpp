#include "apps/ranking.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <memory>
#include <numeric>

#include "apps/ranks.h"
#include "datasets/audit.h"
#include "datasets/image.h"
#include "datasets/image_folder.h"
#include "engine/error.h"
#include "engine/file.h"
#include "engine/ranks.h"
#include "reid/evaluation/embed.h"
#include "reid/evaluation/open_set.h"
#include "reid/report/sheet.h"
#include "reid/search/approximate.h"
#include "reid/search/found.h"
#include "reid/search/image_index.h"
#include "reid/search/shared_search.h"

namespace triptych {
namespace {

std::vector<std::filesystem::path> images_in(const std::string& folder) {
  require(std::filesystem::is_directory(folder),
          "the gallery {} is not a folder; --gallery takes a folder of images", folder);
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.is_regular_file() && has_image_name(entry.path())) files.push_back(entry.path());
  require(!files.empty(),
          "there are no images in {}; --gallery takes a folder of .png, .jpg, .bmp or .ppm files", folder);
  std::ranges::sort(files);
  return files;
}

// The images at the network's size; `files` keeps only those that can be read, and the others are named on
// stderr and in `left_out`.
ImageSource read_images(std::vector<std::filesystem::path>& files, const NetworkOptions& network, int threads,
                        std::vector<std::string>& left_out) {
  ImageSettings settings{network.image_height, network.image_width};
  settings.threads = threads;
  const ImageSource all = images_of_files(files, settings);
  const std::vector<Failure> failures = all.try_all(threads);
  if (failures.empty()) return all;
  for (const Failure& failure : failures) {
    fmt::print(stderr, "left out: {}\n", failure.message);
    left_out.push_back(failure.message);
    files[static_cast<std::size_t>(failure.index)].clear();
  }
  std::erase(files, std::filesystem::path());
  return images_of_files(files, settings);
}

// `files`: of the images. Several ranks read the same ones.
std::vector<float> embeddings(const Model& model, const ImageSource& images,
                              const std::vector<std::filesystem::path>& files) {
  std::string names;
  for (const std::filesystem::path& file : files) names += file.string() + '\n';
  require_same(ranks_of(model.network->device()), names,
               "the ranks do not find the same images; give them a folder that all share");
  std::vector<Index> all(static_cast<std::size_t>(images.count()));
  std::iota(all.begin(), all.end(), Index(0));
  const std::vector<Real> rows = embed(model, images, all, model.selection).embedding;
  return {rows.begin(), rows.end()};
}

// The search runs in the memory of the host, whatever computed the embeddings.
Device host_device(const Device& device) {
  if (device.name() == "cpu" || device.name() == "reference") return device;
  const Device host = Device::open("cpu");
  host.use_threads(device.context().threads);
  return host;
}

// All images of `set` are from this camera of the model's training data, numbered from 1; 0: unknown.
void tell_camera(ImageSource& set, int camera, const Model& model, const char* option) {
  if (camera == 0) return;
  const std::size_t known = std::max(model.normalisation.cameras.size(), model.centres.size());
  require(camera >= 1 && static_cast<std::size_t>(camera) <= known, "--{} {}: {}", option, camera,
          known == 0 ? "this model does not tell cameras apart; leave the option out"
                     : fmt::format("this model knows the cameras 1 to {}; 0 stands for any other", known));
  set.set_cameras(std::vector<int>(static_cast<std::size_t>(set.count()), camera - 1));
}

// What is searched: rows, and what is known of each.
struct Searched {
  std::unique_ptr<RowSource> rows;
  const RowFile* row_file = nullptr;  // the rows of an index, if they are mapped
  std::string state;                  // ... and its state
  std::function<FoundImage(Index row)> image;
  std::vector<std::filesystem::path> files;  // that an output must not replace
  std::vector<std::string> left_out;         // unreadable images, as sentences
  std::string incomplete;                    // why the search is not of the whole gallery; empty: it is
};

Searched search_folder(const RankRequest& request, const Model& model) {
  std::vector<std::filesystem::path> files = images_in(request.gallery);
  Searched searched;
  const std::vector<Finding> beside = audit_folder(request.gallery, files);
  for (const Finding& finding : beside) fmt::print(stderr, "left out: {}\n", finding.sentence);
  ImageSource gallery =
      read_images(files, model.options.network, model.network->device().context().threads, searched.left_out);
  require(!files.empty(), "none of the images in {} can be read", request.gallery);
  tell_camera(gallery, request.gallery_camera, model, "gallery-camera");
  // The person may be on one of them: a caller must not take this for the whole answer.
  if (!searched.left_out.empty())
    searched.incomplete = fmt::format(
        "{} of the {} images in {} cannot be read and are not among those that were searched; they are "
        "named above: take them out or replace them",
        searched.left_out.size(), searched.left_out.size() + files.size(), request.gallery);
  else if (!std::ranges::none_of(beside, &Finding::wrong))
    searched.incomplete =
        fmt::format("not all images in {} were searched; what was left out is named above", request.gallery);
  const auto rows = std::make_shared<const std::vector<float>>(embeddings(model, gallery, files));
  searched.rows = std::make_unique<MemoryRows>(*rows, model.network->embedding_size());
  searched.image = [rows, files](Index row) {
    return FoundImage{files[static_cast<std::size_t>(row)].string(), {}, -1, 0};
  };
  searched.files = std::move(files);
  return searched;
}

// Of several ranks the first one makes the row file, if it is not there, and the others then map it.
std::shared_ptr<ImageIndex::Searchable> open_rows(const ImageIndex& index, const Device& device) {
  const std::shared_ptr<Communicator> ranks = ranks_of(device);
  if (ranks && !ranks->leads()) ranks->barrier();
  auto opened = std::make_shared<ImageIndex::Searchable>(
      index.searchable([](const std::string& why) { fmt::print(stderr, "{}\n", why); }));
  if (ranks && ranks->leads()) ranks->barrier();
  require_same(ranks, opened->state, "the index was changed while the ranks opened it; search again");
  return opened;
}

Searched search_index(const RankRequest& request, const std::shared_ptr<const ImageIndex>& index,
                      const Device& device) {
  require(request.gallery_camera == 0,
          "--gallery-camera has no effect on an index, whose images have their cameras; leave it out");
  const std::shared_ptr<ImageIndex::Searchable> opened = open_rows(*index, device);
  require(opened->rows->count() > 0, "the index {} is empty; add images with 'triptych index add {} FOLDER'",
          request.gallery, request.gallery);
  Searched searched;
  searched.rows = std::move(opened->rows);
  searched.row_file = opened->row_file, searched.state = opened->state;
  searched.files = {request.gallery, index->row_file_path()};
  searched.image = [index, opened](Index row) {
    const std::optional<IndexedImage> image = index->find(opened->id(row));
    require(image.has_value(), "the index {} was changed during the search; search again",
            index->file().string());
    return FoundImage{image->path, image->identity, image->camera, 0};
  };
  return searched;
}

std::vector<std::vector<NearRow>> nearest_of(const RankRequest& request, const Searched& searched,
                                             const ImageIndex* index, std::span<const float> queries,
                                             const Device& host) {
  if (request.probes == 0) return nearest_rows_by_ranks(host, *searched.rows, queries, request.top);
  require_one_rank("rank --approximate");
  require(index != nullptr,
          "--approximate has no effect on a folder, whose images are embedded anew at each call; make an "
          "index");
  require(searched.row_file != nullptr, "--approximate needs the rows beside the index {}, see above",
          request.gallery);
  const ApproximateIndex lists(*searched.row_file, index->row_file_path(), searched.state, host);
  fmt::print(
      "approximate search in {} lists: {:.1f}% of the {} nearest are found, of 100 images of the "
      "gallery\n",
      request.probes, 100 * lists.recall(request.top, request.probes), request.top);
  return lists.nearest(queries, request.top, request.probes);
}

std::optional<double> threshold_of(const RankRequest& request, const IndexedModel& model, Index images) {
  if (request.threshold.empty()) return {};
  if (request.threshold != "auto") {
    double value = -1;
    const char* end = request.threshold.data() + request.threshold.size();
    const auto [last, error] = std::from_chars(request.threshold.data(), end, value);
    require(error == std::errc() && last == end && value >= 0,
            "--threshold {} is neither auto nor a distance, such as 0.8", request.threshold);
    return value;
  }
  const std::filesystem::path file = model.file.parent_path() / thresholds_file;
  require(std::filesystem::exists(file),
          "--threshold auto: there is no {}; 'triptych evaluate --model {} --data DATA --save-thresholds' "
          "chooses it on training people",
          file.string(), model.file.string());
  const OpenThresholds chosen = thresholds_from_json(read_file(file), file.string());
  require(chosen.model == model.digest,
          "--threshold auto: {} is of another model; run 'triptych evaluate --save-thresholds' with this one",
          file.string());
  const OpenThreshold& at = chosen.at.front();
  fmt::print(
      "threshold {:.4f}: at most {:.1f}% false alarms, as found on {} searches of {} among {} images\n",
      at.threshold, 100 * at.far, chosen.searches, chosen.people, chosen.gallery);
  if (images > 2 * chosen.gallery)
    fmt::print(
        "this gallery has {:.0f} times as many images: expect up to so many times as many false "
        "alarms\n",
        static_cast<double>(images) / static_cast<double>(chosen.gallery));
  return at.threshold;
}

struct Queries {
  std::vector<std::filesystem::path> files;
  ImageSource images;
  std::vector<std::string> left_out;
};

Queries read_queries(const RankRequest& request, const Model& model) {
  const NetworkOptions& network = model.options.network;
  Queries queries;
  if (!std::filesystem::is_directory(request.query)) {
    queries.files = {request.query};
    queries.images =
        ImageSource(network.image_height, network.image_width,
                    {resize(read_image(request.query), network.image_height, network.image_width)});
  } else {
    for (const FolderImage& image : images_below(request.query, false).images)
      queries.files.push_back(image.file);
    queries.images =
        read_images(queries.files, network, model.network->device().context().threads, queries.left_out);
    require(!queries.files.empty(), "none of the images in {} can be read", request.query);
  }
  tell_camera(queries.images, request.query_camera, model, "query-camera");
  return queries;
}

void require_outputs(const RankRequest& request, std::vector<std::filesystem::path> inputs) {
  const auto check = [&](const std::string& file, const char* option, const std::string& kind) {
    if (file.empty()) return;
    require_output(file, option, inputs);
    require_replaceable(file, kind);
  };
  check(request.out, "--out", "a PNG image");
  check(request.json, "--json", "a JSON object");
  check(request.csv, "--csv", file_kind(found_csv_header));
}

// The gallery's images as they are now: an index may know one that is not there any more.
void draw(const RankRequest& request, const Found& found, const Queries& queries, const Model& model) {
  constexpr std::size_t most_rows = 100;
  require(found.queries.size() <= most_rows,
          "--out draws at most {} queries, and {} has {}; write --json or --csv", most_rows, request.query,
          found.queries.size());
  const NetworkOptions& network = model.options.network;
  std::vector<RankedQuery> rows;
  for (std::size_t q = 0; q < found.queries.size(); ++q) {
    RankedQuery row{queries.images.copy(static_cast<Index>(q)),
                    found.queries.size() == 1 ? "query" : queries.files[q].stem().string(),
                    {}};
    for (const FoundImage& image : found.queries[q].nearest) {
      Image pixels(network.image_height, network.image_width);
      try {
        pixels = resize(read_image(image.path), network.image_height, network.image_width);
      } catch (const Error& error) {
        fmt::print(stderr, "drawn as a black image: {}\n", error.what());
      }
      row.nearest.push_back({std::move(pixels), image.distance, Verdict::unknown,
                             std::filesystem::path(image.path).stem().string()});
    }
    rows.push_back(std::move(row));
  }
  write_png(request.out,
            ranked_sheet(fmt::format("{} in {} images",
                                     std::filesystem::path(request.query).filename().string(), found.images),
                         rows));
  fmt::print("drawn in {}\n", request.out);
}

}  // namespace

void rank(const RankRequest& request, const Device& device) {
  std::shared_ptr<const ImageIndex> index;
  if (std::filesystem::is_regular_file(request.gallery))
    index = std::make_shared<const ImageIndex>(request.gallery, ImageIndex::Access::read);
  require(std::filesystem::exists(request.gallery),
          "there is no folder or index {}; --gallery takes one of them", request.gallery);
  require(index || !request.model.empty(),
          "--model is missing: a gallery that is a folder is embedded anew; only an index knows its model");
  const std::filesystem::path file = request.model.empty() ? index->model().file.string() : request.model;
  require(!request.model.empty() || std::filesystem::exists(file),
          "the model {} that the index {} was made with is not there; say with --model where it is now",
          file.string(), request.gallery);
  const Model model = load_model(file, device);
  Found found;
  found.gallery = request.gallery;
  found.model = indexed_model(file, model.key, model.network->embedding_size());
  if (index) index->require_model(found.model);

  const Queries queries = read_queries(request, model);
  Searched searched = index ? search_index(request, index, device) : search_folder(request, model);
  std::vector<std::filesystem::path> inputs = searched.files;
  inputs.insert(inputs.end(), queries.files.begin(), queries.files.end());
  inputs.push_back(file);
  require_outputs(request, std::move(inputs));

  const std::vector<float> asked = embeddings(model, queries.images, queries.files);
  const auto nearest = nearest_of(request, searched, index.get(), asked, host_device(device));
  if (!leads(device)) return;
  found.images = searched.rows->count();
  found.threshold = threshold_of(request, found.model, found.images);
  found.left_out = searched.left_out;
  found.left_out.insert(found.left_out.end(), queries.left_out.begin(), queries.left_out.end());
  for (std::size_t q = 0; q < nearest.size(); ++q) {
    FoundQuery query{queries.files[q].string(), {}};
    for (const NearRow& near : nearest[q]) {
      query.nearest.push_back(searched.image(near.row));
      query.nearest.back().distance = near.distance;
    }
    found.queries.push_back(std::move(query));
  }
  fmt::print("{}", found_text(found));
  if (!request.out.empty()) draw(request, found, queries, model);
  if (!request.json.empty()) write_file(request.json, found_json(found));
  if (!request.csv.empty()) write_file(request.csv, found_csv(found));
  require(searched.incomplete.empty(), "{}", searched.incomplete);
  require(queries.left_out.empty(),
          "{} of the {} images in {} cannot be read and were not searched for; they are named above",
          queries.left_out.size(), queries.left_out.size() + queries.files.size(), request.query);
}

}  // namespace triptych
