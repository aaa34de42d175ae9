// `triptych explain`: one image's way through the network, and which patches make two images near or far.
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "apps/commands.h"
#include "apps/options.h"
#include "datasets/image.h"
#include "engine/error.h"
#include "engine/file.h"
#include "reid/evaluation/embed.h"
#include "reid/evaluation/ranking.h"
#include "reid/explain/drawing.h"
#include "reid/explain/walk.h"
#include "reid/report/page/image_store.h"

namespace triptych {
namespace {

struct ExplainRequest {
  std::string model, out;
  std::vector<std::string> images;
  std::vector<int> cameras;
  DeviceChoice device;
};

// The one or two images, at the network's image size.
ImageSource read_all(const ExplainRequest& request, const Model& model) {
  const NetworkOptions& network = model.options.network;
  std::vector<Image> images;
  for (const std::string& file : request.images) {
    const Image& original = images.emplace_back(read_image(file));
    fmt::print("{} {}: {} x {}, resized to {} x {}; the network sees the {} x {} in the middle\n",
               images.size() == 1 ? "P" : "Q", file, original.height, original.width, network.image_height,
               network.image_width, network.crop_height, network.crop_width);
  }
  return {network.image_height, network.image_width, std::move(images)};
}

void set_cameras(const ExplainRequest& request, const Model& model, ImageSource& images) {
  const std::size_t known = std::max(model.normalisation.cameras.size(), model.centres.size());
  if (request.cameras.empty()) {
    if (known > 0)
      fmt::print(
          "This model treats each of its {} cameras in its own way; without --camera it sees what `rank` "
          "sees,\nan image of an unknown camera.\n",
          known);
    return;
  }
  require(request.cameras.size() == request.images.size(),
          "--camera wants a number for each --image, not {} for {}", request.cameras.size(),
          request.images.size());
  std::vector<int> cameras;
  for (const int camera : request.cameras) {
    require(camera >= 1 && (known == 0 || static_cast<std::size_t>(camera) <= known),
            "--camera {} is none of the model's {} cameras, which count from 1", camera, known);
    cameras.push_back(camera - 1);
  }
  images.set_cameras(std::move(cameras));
  if (known == 0) fmt::print("This model treats all cameras alike; --camera changes nothing.\n");
}

// ---- the way through the network --------------------------------------------------------------------------

void print_walk(const Walk& walk) {
  static constexpr const char* titles[] = {
      "tier 1, the CNN: pixels become a map of features",
      "tier 2, the RNN: the map becomes patches, read from the head down",
      "tier 3: the patches of each strip are pooled, and the whole scaled to length 1"};
  fmt::print("\nP's way through the network (plain view)\n  {:<36} {:<20}\n", "the crop, normalised",
             walk.crop.text());
  for (int tier = 0; tier < 3; ++tier) {
    double seconds = 0;
    for (const WalkStep& step : walk.tiers[tier]) seconds += step.seconds;
    fmt::print("{}  ({:.3f} ms)\n", titles[tier], 1e3 * seconds);
    for (const WalkStep& step : walk.tiers[tier])
      fmt::print("  {:<36} {:<20} {:>8.3f} ms   {}\n", step.op, step.output.text(), 1e3 * step.seconds,
                 step.formula);
  }
}

// "2", or "2+3" for a row that two strips share.
std::string strips_of_row(Index row, const PatchShares& shares) {
  const StripShape shape{1, shares.grid.rows, shares.grid.columns, 1, shares.strips};
  std::string text;
  for (Index strip = 0; strip < shares.strips; ++strip)
    if (row >= shape.first_row(strip) && row < shape.end_row(strip))
      text += (text.empty() ? "" : "+") + std::to_string(strip + 1);
  return text;
}

// A column at least as wide as its heading. Block characters take three bytes and one place, so the width is
// ours to count.
std::string column(const std::string& text, Index wide, Index width) {
  return text + std::string(static_cast<std::size_t>(std::max<Index>(0, width - wide)), ' ');
}

void print_patches(const char* name, const Model& model, const PatchShares& shares) {
  const PatchGrid& grid = shares.grid;
  const std::vector<double> length = length_shares(shares);
  const auto gate = character_map(shares.gate, grid, 1), share = character_map(length, grid);
  const Index width = std::max<Index>(12, 2 * grid.columns + 2);
  fmt::print("\n{}'s patch map, {} x {} patches, from the head (top) to the feet\n", name, grid.rows,
             grid.columns);
  fmt::print("{:>4}  {:<6} {:<{}} {:<{}} {:<{}} {}\n", "row", "strip", "gate", width, "pooled", width,
             "share", width, "share of the embedding, %");
  for (Index row = 0; row < grid.rows; ++row) {
    std::string pooled, percent;
    for (Index c = 0; c < grid.columns; ++c) {
      const auto p = static_cast<std::size_t>(row * grid.columns + c);
      pooled += shares.counted[p] > 0 ? "* " : "- ";
      percent += fmt::format("{:>6.1f}", 100 * length[p]);
    }
    const auto r = static_cast<std::size_t>(row);
    fmt::print("{:>4}  {:<6} {} {} {} {}\n", row + 1, strips_of_row(row, shares),
               column(gate[r], 2 * grid.columns, width), column(pooled, 2 * grid.columns, width),
               column(share[r], 2 * grid.columns, width), percent);
  }
  fmt::print(
      "gate: the gate's probability that a patch tells who this is. pooled: * takes part, - does not{}.\n"
      "share: what the patch gave of the embedding's squared length, which is 1 = 100 %; darkest is most.\n",
      model.selection == PatchSelection::By::everything
          ? " (this model was trained without an E step: all take part)"
      : model.options.network.pooling == PatchPooling::gate ? " (with the gate's probability as its weight)"
                                                            : "");
}

void print_embedding(const char* name, const PatchShares& shares) {
  const std::size_t width = shares.embedding.size() / static_cast<std::size_t>(shares.strips);
  fmt::print(
      "\n{}'s embedding: {} numbers, {} strips of {}; its length {:.4g} before tier 3 scaled it to 1\n", name,
      shares.size(), shares.strips, width, shares.pooled_length);
  fmt::print("  first values: {:.4f}, ...\n",
             fmt::join(shares.embedding.begin(),
                       shares.embedding.begin() + std::min<std::ptrdiff_t>(8, shares.size()), ", "));
  fmt::print("  {:>5} {:>18} {:>9} {:>9} {:>9}\n", "strip", "squared length, %", "min", "mean", "max");
  for (std::size_t strip = 0; strip < static_cast<std::size_t>(shares.strips); ++strip) {
    const std::span<const double> values = std::span(shares.embedding).subspan(strip * width, width);
    double squares = 0, sum = 0;
    for (const double value : values) squares += value * value, sum += value;
    const auto [least, largest] = std::ranges::minmax(values);
    fmt::print("  {:>5} {:>18.1f} {:>9.4f} {:>9.4f} {:>9.4f}\n", strip + 1, 100 * squares, least,
               sum / static_cast<double>(width), largest);
  }
}

// ---- near and far -----------------------------------------------------------------------------------------

void print_maps(const char* what, const Contributions& all, const std::vector<double>& pairs, double whole,
                const PatchGrid& grid) {
  const std::vector<double> first = all.of_first(pairs), second = all.of_second(pairs);
  const double largest = std::max(*std::ranges::max_element(first), *std::ranges::max_element(second));
  const auto p = character_map(first, grid, largest), q = character_map(second, grid, largest);
  fmt::print("\n{}\n", what);
  fmt::print("{:>4}  {} {:<{}} {}\n", "row", column("P", 1, 2 * grid.columns + 2), "Q", 2 * grid.columns + 2,
             "the largest pairs, patches as row.column");
  const auto largest_list =
      largest_pairs(all, pairs, static_cast<std::size_t>(std::max<Index>(5, grid.rows)));
  for (std::size_t row = 0; row < p.size(); ++row) {
    const PatchPair& pair = largest_list[row];
    std::string text;
    if (row < 5 && pair.value > 0)
      text = fmt::format("P {}.{} - Q {}.{}  {:.4f}  {:.1f} %", pair.first / grid.columns + 1,
                         pair.first % grid.columns + 1, pair.second / grid.columns + 1,
                         pair.second % grid.columns + 1, pair.value, 100 * pair.value / whole);
    fmt::print("{:>4}  {} {} {}\n", row + 1, column(p[row], 2 * grid.columns, 2 * grid.columns + 2),
               column(q[row], 2 * grid.columns, 2 * grid.columns + 2), text);
  }
}

double sum(const std::vector<double>& values) {
  double result = 0;
  for (const double value : values) result += value;
  return result;
}

void print_exactness(const Model& model, const PatchShares& shares) {
  const bool one_winner =
      model.options.network.pooling == PatchPooling::max && shares.views == 1 && model.whitening.empty();
  fmt::print(
      "\nWhat is exact. {}\n",
      one_winner
          ? "Every number f_k of P's embedding is one patch's, the winner of its strip; so is every g_k of\n"
            "Q's. The pair of winners gets the whole of (f_k - g_k)^2, and of f_k g_k."
          : "Every number f_k of P's embedding is a weighted mean over patches, with weights that sum to\n"
            "1; so is every g_k of Q's. A pair of patches gets its share of (f_k - g_k)^2, and of f_k g_k, "
            "by\n"
            "these weights. A share below 0 (blank) says that a patch is more alike than its strip as a "
            "whole.");
  fmt::print(
      "The lengths by which embeddings are divided{} are taken as they are. So the\n"
      "contributions add up to the distance, and none is a guess. What would happen if a patch looked "
      "different is another\n"
      "question: see occlusion in `triptych report`.\n",
      model.centres.empty()     ? ""
      : model.whitening.empty() ? ", and each camera's centre,"
                                : ", each camera's centre, and the whitening of each strip,");
  if (!model.whitening.empty())
    fmt::print("Those means are what the numbers were before whitening mixed the channels of each strip.\n");
}

void compare(const Model& model, const ImageSource& images, const PatchShares& first,
             const PatchShares& second, const Contributions& all) {
  const Index both[] = {0, 1};
  const EmbeddedImages embedded = embed(model, images, both, model.selection);
  const double distance = static_cast<double>(
      distance_matrix(model.network->device(), embedded.row(0), embedded.row(1), embedded.size).front());
  fmt::print(
      "\nP and Q: distance d = {:.6f} (squared, as `rank` and `evaluate` use it); cosine {:.6f}; d = 2 - 2 "
      "cosine\n",
      distance, all.cosine);
  print_maps("Near: what P and Q have in common. The patches' contributions sum to the cosine.", all,
             all.near, all.cosine, first.grid);
  print_maps("Far: what P and Q differ in. The patches' contributions sum to d.", all, all.far, all.distance,
             first.grid);
  fmt::print("\nsum of all contributions: {:.6f} to the cosine, {:.6f} to d\n", sum(all.near), sum(all.far));
  print_exactness(model, second);
}

void explain(const ExplainRequest& request) {
  require(request.out.empty() || request.out.ends_with(".png"), "--out {} must end in .png: it is an image",
          request.out);
  if (!request.out.empty()) {
    std::vector<std::filesystem::path> inputs(request.images.begin(), request.images.end());
    inputs.push_back(request.model);
    require_output(request.out, "--out", inputs);
    require_replaceable(request.out, "a PNG image");
  }
  Device device = open_device(request.device);
  const Model model = load_model(request.model, device);
  ImageSource images = read_all(request, model);
  set_cameras(request, model, images);
  print_walk(walk(model, images, 0));
  std::vector<PatchShares> shares;
  for (Index i = 0; i < images.count(); ++i) shares.push_back(patch_shares(model, images, i));
  if (shares[0].views > 1)
    fmt::print(
        "\n"
        "This model looks at an image {} times (mirrored, shifted) and takes the mean. The way above is of "
        "one look; all that\n"
        "follows is of the mean, each patch at its place in the image{}.\n",
        shares[0].views,
        model.selection == PatchSelection::By::gate ? ", but gate and pooled are of one look" : "");
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const char* name = i == 0 ? "P" : "Q";
    print_patches(name, model, shares[i]);
    print_embedding(name, shares[i]);
  }

  const NetworkOptions& network = model.options.network;
  const auto crop = [&](Index i) {
    return centre_of(images.copy(i), network.crop_height, network.crop_width);
  };
  const auto name =
      [&](std::size_t i) {  // "cam_a/img_0007.png": the file alone is often the same in both cameras
        const std::filesystem::path file = request.images[i];
        return (file.parent_path().filename() / file.filename()).string();
      };
  Image sheet;
  if (shares.size() == 1) {
    if (!request.out.empty()) sheet = share_sheet(name(0), crop(0), shares[0]);
  } else {
    const Contributions all = contributions(shares[0], shares[1]);
    compare(model, images, shares[0], shares[1], all);
    if (!request.out.empty())
      sheet = contribution_sheet(fmt::format("{} and {}", name(0), name(1)), crop(0), crop(1), shares[0].grid,
                                 all);
  }
  if (request.out.empty()) return;
  write_png(request.out, sheet);
  fmt::print("\ndrawn in {}\n", request.out);
}

}  // namespace

void add_explain(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "explain", "show an image's way through a network, and what makes two images near or far");
  const auto request = std::make_shared<ExplainRequest>();
  command->add_option("--model", request->model, "model.safetensors of a run")->required();
  command
      ->add_option("--image", request->images, "an image; given twice, the two are compared patch by patch")
      ->required()
      ->expected(1, 2)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("FILE");
  command
      ->add_option("--camera", request->cameras,
                   "which camera took it (them), counted from 1, as in 2,1; matters to models with "
                   "--camera-colours or --test-centre [unknown]")
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("N[,N]");
  command->add_option("--out", request->out, "also draw it: a PNG");
  add_device_options(*command, request->device);
  command->footer(
      "Example:\n"
      "  triptych data synthetic:100 --out people\n"
      "  triptych explain --model runs/demo/model.safetensors --image people/cam_a/img_0007.png \\\n"
      "      --image people/cam_b/img_0007.png --out why.png");
  command->callback([request] { explain(*request); });
}

}  // namespace triptych
