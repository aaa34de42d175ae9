#include "reid/options.h"

#include <fmt/ranges.h>

#include <type_traits>

#include "engine/error.h"
#include "engine/json.h"

namespace triptych {
namespace {

void read(const nlohmann::json& json, const std::string& where, Index& value) {
  value = json_whole(json, where);
}
void read(const nlohmann::json& json, const std::string& where, std::uint64_t& value) {
  require(json.is_number_unsigned(), "{}: {} is not a whole number from 0 on", where, shown_json(json));
  value = json.get<std::uint64_t>();
}
void read(const nlohmann::json& json, const std::string& where, double& value) {
  value = json_number(json, where);
}
void read(const nlohmann::json& json, const std::string& where, bool& value) {
  value = json_bool(json, where);
}
void read(const nlohmann::json& json, const std::string& where, std::string& value) {
  value = json_text(json, where);
}
void read(const nlohmann::json& json, const std::string& where, std::vector<Index>& value) {
  value.clear();
  for (const nlohmann::json& item : json_list(json, where)) value.push_back(json_whole(item, where));
}

struct ToJson {
  nlohmann::ordered_json& object;
  template <class T>
  void operator()(const char* name, const T& value, const char*) {
    object[name] = value;
  }
  template <class E>
  void operator()(const char* name, const E& value, const EnumNames<E>& names, const char*) {
    for (const auto& [text, member] : names)
      if (member == value) object[name] = std::string(text);
  }
};

struct FromJson {
  const nlohmann::json& object;
  const std::string& origin;
  std::set<std::string> known = {};

  template <class T>
  void operator()(const char* name, T& value, const char*) {
    known.insert(name);
    if (object.contains(name)) read(object.at(name), fmt::format("{}: '{}'", origin, name), value);
  }
  template <class E>
  void operator()(const char* name, E& value, const EnumNames<E>& names, const char*) {
    known.insert(name);
    if (!object.contains(name)) return;
    const nlohmann::json& given = object.at(name);
    std::vector<std::string_view> choices;
    for (const auto& [text, member] : names) {
      choices.push_back(text);
      if (given == std::string(text)) {
        value = member;
        return;
      }
    }
    fail("{}: '{}' is {}, but takes one of: {}", origin, name, shown_json(given), fmt::join(choices, ", "));
  }
};

void require_between(double value, double low, double high, const char* option) {
  require(value >= low && value <= high, "--{} is {}, but must lie between {} and {}", option, value, low,
          high);
}

// Options of sequences, and those that do not go with them.
void check_sequences(const Options& options) {
  const TrainingOptions& t = options.training;
  constexpr Index most = 1000;  // frames
  require_between(static_cast<double>(t.sequence_length), 1, most, "sequence-length");
  require_between(static_cast<double>(options.testing.frames), 0, 1e9, "test-frames");
  if (options.network.temporal == Temporal::none) {
    require(t.sequence_length == TrainingOptions().sequence_length && options.testing.frames == 0,
            "--sequence-length and --test-frames are about sequences: give --temporal, or leave them out");
    return;
  }
  require(!options.network.visible && options.augmentation.occlude == 0,
          "--visible and --occlude-training look at single images: leave them out with --temporal");
}

}  // namespace

std::set<std::string> later_defaults(const Options& options) {
  nlohmann::ordered_json values, defaults;
  describe_later(ToJson{values}, options);
  const Options untouched;
  describe_later(ToJson{defaults}, untouched);
  std::set<std::string> names;
  for (const auto& [name, value] : values.items())
    if (value == defaults[name]) names.insert(name);
  return names;
}

std::string to_json(const Options& options) {
  nlohmann::ordered_json object;
  describe(ToJson{object}, options);
  for (const std::string& name : later_defaults(options)) object.erase(name);
  return json_dump(object, 2);
}

Options options_from_json(const std::string& text, const std::string& origin) {
  const nlohmann::json object = parse_json(text, origin + ": the text of its options");
  require(object.is_object(), "{} does not hold the options of a network", origin);
  Options options;
  FromJson reader{object, origin};
  describe(reader, options);
  for (const auto& [name, value] : object.items())
    require(reader.known.contains(name), "{}: there is no option '{}'; it may come from a newer version",
            origin, shown(name));
  try {
    check(options);
  } catch (const Error& error) {
    fail("{}: {}", origin, error.what());
  }
  return options;
}

std::string first_difference(const Options& was, const Options& is) {
  nlohmann::ordered_json before, now;
  describe(ToJson{before}, was);
  describe(ToJson{now}, is);
  for (const auto& [name, value] : before.items())
    if (now[name] != value)
      return fmt::format("{} (was {}, is {})", name, json_dump(value), json_dump(now[name]));
  return {};
}

void check(const Options& options) {
  const NetworkOptions& n = options.network;
  constexpr double any = 1e9;
  constexpr Index largest_side = 4096;  // pixels
  require_between(n.image_height, 1, largest_side, "image-height");
  require_between(n.image_width, 1, largest_side, "image-width");
  require_between(n.crop_height, 1, n.image_height, "crop-height");
  require_between(n.crop_width, 1, n.image_width, "crop-width");
  require(!n.channels.empty() && n.channels.size() <= 6,
          "--channels takes one to six numbers, one per convolution block");
  for (const Index channels : n.channels) require_between(channels, 1, 4096, "channels");
  require_between(n.kernel, 1, 31, "kernel");
  require(n.kernel % 2 == 1, "--kernel is {}, but must be odd, so that the image keeps its size", n.kernel);
  require_between(n.patch_height, 1, 1024, "patch-height");
  require_between(n.hidden, 1, 8192, "hidden");
  require_between(n.dropout, 0, 0.95, "dropout");
  require_between(n.strips, 1, any, "strips");
  require(n.recurrent == RecurrentKind::elman || n.recurrent_output == RecurrentOutput::tanh,
          "--rnn-output linear is an option of --rnn elman alone");
  require(n.recurrent != RecurrentKind::attention || !n.bidirectional,
          "--bidirectional has no effect with --rnn attention, which reads in both directions: leave it out");

  require(!n.visible || n.unit_strips,
          "--visible compares images strip by strip, which needs strips of equal length: add --unit-strips");
  require(
      n.gate == GateKind::linear || n.patches == Patches::grid,
      "--gate context reads the feature map around the patches of a grid: leave it out with --patches rows");

  check_sequences(options);

  const LossOptions& l = options.loss;
  require(n.neck == Neck::none || l.identity_weight > 0,
          "--neck bn stands before the identity classifier, which only --identity-weight above 0 trains");
  require_between(l.triplet_weight, 0, any, "triplet-weight");
  require_between(l.margin, 0, 4, "margin");
  require_between(l.ceiling, 0, 4, "ceiling");
  require_between(l.beta, 0, any, "beta");
  require_between(l.softmax_weight, 0, any, "softmax-weight");
  require_between(l.temperature, 1e-3, 100, "temperature");
  require_between(l.identity_weight, 0, any, "identity-weight");
  require_between(l.patch_weight, 0, any, "patch-weight");
  require_between(l.patch_temperature, 1e-3, 100, "patch-temperature");
  require_between(l.gate_weight, 0, any, "gate-weight");
  require(l.triplet_weight + l.softmax_weight + l.identity_weight > 0,
          "--triplet-weight, --softmax-weight and --identity-weight are all 0; one must be above 0");

  const EmOptions& e = options.em;
  require_between(e.rounds, 1, 1000, "em-rounds");
  require_between(e.start, 0, 1, "em-start");
  require_between(e.image_percentile, 0, 100, "em-image-percentile");
  require_between(e.camera_percentile, 0, 100, "em-camera-percentile");
  require_between(e.sigma, 0, 100, "em-sigma");
  require_between(e.stop, 0, 1, "em-stop");
  require_between(e.reach, 0, any, "em-reach");
  require_between(e.prior, 0.001, 0.999, "em-prior");
  require(!e.soft || e.threshold == EThreshold::prior || e.threshold == EThreshold::mixture,
          "--em-soft needs posteriors, which --em-threshold prior and mixture give; percentiles have none");
  require(e.step == EStep::images || options.training.labels == Labels::known,
          "--em-step batch scores each image against its own identity, which --labels pseudo does not know");
  require(e.pool == EPool::labels || l.gate_weight > 0,
          "--em-pool gate needs a trained patch gate: set --gate-weight above 0");

  const AugmentOptions& a = options.augmentation;
  require_between(a.flip, 0, 1, "flip");
  require_between(a.scale, 0, 1, "scale");
  require_between(a.shift, 0, 1, "shift");
  require_between(a.rotation, 0, 180, "rotation");
  require_between(a.channel_gain, 0, 1, "gain");
  require_between(a.channel_offset, 0, 1, "offset");
  require_between(a.brightness, 0, 1, "brightness");
  require_between(a.contrast, 0, 1, "contrast");
  require_between(a.erase, 0, 1, "erase");
  require_between(a.erase_least, 0, a.erase_most, "erase-least");
  require_between(a.erase_most, 0, 1, "erase-most");
  require_between(a.exchange, 0, 1, "exchange");
  require_between(a.occlude, 0, 1, "occlude-training");
  require_between(a.occlude_least, 0.01, a.occlude_most, "occlude-least");
  require_between(a.occlude_most, 0.01, 0.9, "occlude-most");
  require(
      e.labels == ELabels::similarity || a.occlude > 0,
      "--em-labels occluders takes V from the occluders that training pastes: set --occlude-training above "
      "0");
  require(
      a.exchange == 0 || l.identity_weight == 0,
      "--exchange makes new identities, which the identity loss has no class for; with --identity-weight {} "
      "set --exchange 0",
      l.identity_weight);

  require_between(options.testing.shift, 0, n.image_height, "test-shift");
  require_between(options.testing.whiten, 0, 1000, "test-whiten");
  require(options.testing.whiten == 0 || options.testing.centre,
          "--test-whiten is {}, but whitening needs centred embeddings: add --test-centre",
          options.testing.whiten);

  const TrainingOptions& t = options.training;
  require(t.labels == Labels::known || l.identity_weight == 0,
          "--identity-weight is {}, but the identity loss needs identity labels: with --labels pseudo set "
          "--identity-weight 0",
          l.identity_weight);
  require_between(static_cast<double>(t.epochs), 0, any, "epochs");
  require_between(static_cast<double>(t.identities), 2, 100000, "people");
  require_between(static_cast<double>(t.images), 2, 1000, "images");
  require_between(l.label_smoothing, 0, 1, "label-smoothing");
  require(l.label_smoothing == 0 || l.identity_weight > 0,
          "--label-smoothing is {}, but only the identity loss has labels to smooth: set --identity-weight "
          "above 0",
          l.label_smoothing);
  require_between(t.rate, 0, 100, "rate");
  require_between(t.momentum, 0, 1, "momentum");
  require(
      t.optimizer == Optimizer::Kind::sgd || t.momentum == TrainingOptions().momentum,
      "--momentum {} has no effect with --optimizer adam or adamw, which have averages of their own: leave "
      "it out, or give --optimizer sgd",
      t.momentum);
  require_between(t.decay, 0, 100, "decay");
  require_between(t.warmup, 0, 1, "warmup");
  require_between(t.clip, 0, any, "clip");
  require_between(static_cast<double>(t.validation), 0, any, "validation");
  require_between(static_cast<double>(t.validate_every), 1, any, "validate-every");
  require_between(static_cast<double>(t.save_every), 1, any, "save-every");
}

}  // namespace triptych
