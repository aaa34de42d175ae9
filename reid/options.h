#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "datasets/augment.h"
#include "engine/optimizer.h"
#include "kernels/shapes.h"

// Every switch of the method, each listed once: `describe` walks over a struct's fields with their names,
// defaults and meanings, and the command line, the config file, the model's metadata and results.json are all
// made from that walk.
namespace triptych {

enum class Patches { grid, rows };
enum class RecurrentKind { none, elman, gru, lstm };
enum class PatchPooling { max, mean, gate };
enum class Mining { all, hard, semihard, random };
enum class Labels { known, pseudo };

template <class E>
using EnumNames = std::vector<std::pair<std::string_view, E>>;
inline const EnumNames<Patches> patches_names = {{"grid", Patches::grid}, {"rows", Patches::rows}};
inline const EnumNames<RecurrentKind> recurrent_names = {{"none", RecurrentKind::none},
                                                         {"elman", RecurrentKind::elman},
                                                         {"gru", RecurrentKind::gru},
                                                         {"lstm", RecurrentKind::lstm}};
inline const EnumNames<PatchPooling> pooling_names = {
    {"max", PatchPooling::max}, {"mean", PatchPooling::mean}, {"gate", PatchPooling::gate}};
inline const EnumNames<Mining> mining_names = {
    {"all", Mining::all}, {"hard", Mining::hard}, {"semihard", Mining::semihard}, {"random", Mining::random}};
inline const EnumNames<Labels> labels_names = {{"known", Labels::known}, {"pseudo", Labels::pseudo}};
inline const EnumNames<Activation> activation_names = {
    {"relu", Activation::relu}, {"tanh", Activation::tanh}, {"sigmoid", Activation::sigmoid}};
inline const EnumNames<RecurrentOutput> recurrent_output_names = {{"tanh", RecurrentOutput::tanh},
                                                                  {"linear", RecurrentOutput::linear}};
inline const EnumNames<Optimizer::Kind> optimizer_names = {
    {"sgd", Optimizer::Kind::sgd}, {"adam", Optimizer::Kind::adam}, {"adamw", Optimizer::Kind::adamw}};
inline const EnumNames<Schedule::Kind> schedule_names = {{"constant", Schedule::Kind::constant},
                                                         {"cosine", Schedule::Kind::cosine},
                                                         {"step", Schedule::Kind::step}};

// The three tiers. Everything here is stored in the model file: it is what the weights mean.
struct NetworkOptions {
  Index image_height = 220, image_width = 100, crop_height = 210, crop_width = 95;
  bool camera_colours = false;
  std::vector<Index> channels = {16, 32, 64};
  Index kernel = 5;
  Activation activation = Activation::relu;
  bool batch_norm = true;
  Patches patches = Patches::grid;
  Index patch_height = 2;
  Index hidden = 128;
  RecurrentKind recurrent = RecurrentKind::elman;
  RecurrentOutput recurrent_output = RecurrentOutput::tanh;
  bool bidirectional = false;
  double dropout = 0;
  PatchPooling pooling = PatchPooling::max;
  Index strips = 7;
};

template <class Visitor, class Options>
void describe_network(Visitor&& field, Options& o) {
  field("image-height", o.image_height, "images are resized to this height, in pixels");
  field("image-width", o.image_width, "... and this width");
  field("crop-height", o.crop_height,
        "height of the crop the network sees: random in training, centred in testing");
  field("crop-width", o.crop_width, "... and its width");
  field("camera-colours", o.camera_colours,
        "normalise the images of each camera by that camera's own mean colours");
  field("channels", o.channels, "tier 1: output channels of the convolution blocks, one number a block");
  field("kernel", o.kernel, "tier 1: height and width of the filters (odd)");
  field("activation", o.activation, activation_names, "tier 1: relu, tanh or sigmoid");
  field("batch-norm", o.batch_norm, "tier 1: normalise between convolution and activation");
  field("patches", o.patches, patches_names, "tier 2: a grid of patches, or each row of the map whole");
  field("patch-height", o.patch_height,
        "tier 2: rows of the map in one patch of the grid; a small crop needs 1");
  field("hidden", o.hidden, "tier 2: D, the width of a patch vector");
  field("rnn", o.recurrent, recurrent_names,
        "tier 2: the recurrence down the rows: none, elman, gru or lstm");
  field("rnn-output", o.recurrent_output, recurrent_output_names,
        "tier 2, elman: emit tanh(...) or the linear output");
  field("bidirectional", o.bidirectional, "tier 2: also run the recurrence from the feet up");
  field("dropout", o.dropout, "tier 2: share of each patch vector that is dropped in training");
  field("pooling", o.pooling, pooling_names,
        "tier 3: max or mean over the selected patches, or gate: the weighted mean");
  field("strips", o.strips, "tier 3: S horizontal strips, pooled apart and concatenated");
}

struct LossOptions {
  Mining mining = Mining::all;
  double triplet_weight = 1, margin = 0.3, ceiling = 0.3, beta = 0.1;
  bool soft_margin = false;
  double softmax_weight = 1, temperature = 0.1;
  double identity_weight = 0;
  double patch_weight = 0.5, patch_temperature = 0.1, gate_weight = 0.1;
};

template <class Visitor, class Options>
void describe_loss(Visitor&& field, Options& o) {
  field("mining", o.mining, mining_names,
        "which triplets of a batch count: all active, hard, semihard or random");
  field("triplet-weight", o.triplet_weight, "weight of the triplet loss");
  field("margin", o.margin,
        "the other person must be this much further away than the same one (squared distance)");
  field("ceiling", o.ceiling, "U: the same person's squared distance should stay under it");
  field("beta", o.beta, "weight of the ceiling's term");
  field("soft-margin", o.soft_margin, "log(1 + exp(.)) in place of the hinge");
  field("softmax-weight", o.softmax_weight, "weight of the cross-camera softmax");
  field("temperature", o.temperature, "of the cross-camera softmax: logits are cosine / temperature");
  field("identity-weight", o.identity_weight, "weight of a classifier's loss over the training people");
  field("patch-weight", o.patch_weight, "gamma: weight of the patch loss");
  field("patch-temperature", o.patch_temperature,
        "of the patch softmax: logits are -squared distance / temperature");
  field("gate-weight", o.gate_weight, "eta: weight of the patch gate's loss, from the second EM round on");
}

struct EmOptions {
  Index rounds = 5;
  double start = 0.4;
  double image_percentile = 25, camera_percentile = 25, sigma = 1, stop = 0.01;
  Index reach = 1;
};

template <class Visitor, class Options>
void describe_em(Visitor&& field, Options& o) {
  field("em-rounds", o.rounds, "M steps; an E step stands between each two. 1: every patch stays");
  field("em-start", o.start, "share of the epochs that the first M step takes, with every patch");
  field("em-image-percentile", o.image_percentile, "P1 of the threshold H_i inside an image");
  field("em-camera-percentile", o.camera_percentile, "P2 of the threshold R over a camera's images");
  field("em-sigma", o.sigma, "of the Gaussian that smooths the similarity map, in grid cells");
  field("em-stop", o.stop, "no further E step when fewer than this share of the labels changed");
  field("em-reach", o.reach, "a patch is looked for at most this many grid rows up or down");
}

template <class Visitor, class Options>
void describe_augmentation(Visitor&& field, Options& o) {
  field("random-crop", o.random_crop, "the training crop lies anywhere in the image, else in its centre");
  field("flip", o.flip, "chance that a training image is mirrored");
  field("scale", o.scale, "random zoom by a factor in exp(-scale) .. exp(scale)");
  field("shift", o.shift, "random shift: up to this share of the size, beside the random crop");
  field("rotation", o.rotation, "random rotation: up to this many degrees");
  field("gain", o.channel_gain, "each colour channel's gain: 1 +- this");
  field("offset", o.channel_offset, "each colour channel's offset: +- this (white is 1)");
  field("brightness", o.brightness, "added to all channels together: +- this");
  field("contrast", o.contrast, "contrast about mid-grey: 1 +- this");
  field("erase", o.erase, "chance that a rectangle is erased");
  field("erase-least", o.erase_least, "smallest share of the image that is erased");
  field("erase-most", o.erase_most, "largest share of the image that is erased");
  field("exchange", o.exchange,
        "chance that two people of a batch swap their lower parts in all images: two new people");
}

struct TrainingOptions {
  Labels labels = Labels::known;
  std::string start;
  Index epochs = 150;
  Index identities = 48;
  Optimizer::Kind optimizer = Optimizer::Kind::adamw;
  Schedule::Kind schedule = Schedule::Kind::cosine;
  double rate = 1e-3, momentum = 0.9, decay = 1e-2, warmup = 0.05, clip = 5;
  Index validation = 25, validate_every = 10;
  Index save_every = 5;
  std::uint64_t seed = 1;
};

template <class Visitor, class Options>
void describe_training(Visitor&& field, Options& o) {
  field("labels", o.labels, labels_names,
        "known: who is who is told; pseudo: guessed, two images being of one person when each is the "
        "other's nearest in the other camera, and guessed anew in every E step");
  field("start", o.start, "a model file whose weights training starts from, instead of random ones");
  field("epochs", o.epochs, "passes over the training people; 0 evaluates the untrained network");
  field("people", o.identities, "P: people in a batch, each with two images from different cameras");
  field("optimizer", o.optimizer, optimizer_names, "sgd, adam or adamw");
  field("schedule", o.schedule, schedule_names, "of the learning rate: constant, cosine or step");
  field("rate", o.rate, "the highest learning rate");
  field("momentum", o.momentum, "of sgd");
  field("decay", o.decay, "weight decay, of weight matrices");
  field("warmup", o.warmup, "share of all steps in which the rate rises from 0");
  field("clip", o.clip, "largest norm of the whole gradient; 0: no clipping");
  field("validation", o.validation, "training people held out for validation");
  field("validate-every", o.validate_every, "epochs between two validations");
  field("save-every", o.save_every, "epochs between two checkpoints");
  field("seed", o.seed, "of everything random: the same seed gives the same weights");
}

// How a trained network is asked.
struct TestingOptions {
  bool mirror = false;
  Index shift = 0;
  bool centre = false;
  double whiten = 0;
};

template <class Visitor, class Options>
void describe_testing(Visitor&& field, Options& o) {
  field("test-mirror", o.mirror,
        "in testing, embed an image and its mirror image, and take the mean of the two");
  field("test-shift", o.shift,
        "in testing, also embed the crops this many pixels up and down, and half as many left and right");
  field("test-centre", o.centre,
        "in testing, subtract from each embedding what the camera's training images have in common");
  field("test-whiten", o.whiten,
        "in testing, whiten each strip of an embedding by how it varies over the training images, with this "
        "share of its mean variance added to every direction; 0: no whitening");
}

struct Options {
  NetworkOptions network;
  LossOptions loss;
  EmOptions em;
  AugmentOptions augmentation;
  TrainingOptions training;
  TestingOptions testing;
};

template <class Visitor, class AnyOptions>
void describe(Visitor&& field, AnyOptions& o) {
  describe_network(field, o.network);
  describe_loss(field, o.loss);
  describe_em(field, o.em);
  describe_augmentation(field, o.augmentation);
  describe_training(field, o.training);
  describe_testing(field, o.testing);
}

// Contradictions and values out of range: an Error that names the option and says what it takes.
void check(const Options& options);

// As JSON text with the field names above; reading ignores nothing: an unknown name or a wrong type is an
// Error.
std::string to_json(const Options& options);
Options options_from_json(const std::string& text, const std::string& origin);

// The first option in which the two differ, as "name (was A, is B)"; empty when none does.
std::string first_difference(const Options& was, const Options& is);

}  // namespace triptych
