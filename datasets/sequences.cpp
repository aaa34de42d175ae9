#include "datasets/sequences.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "datasets/layouts.h"
#include "engine/error.h"
#include "engine/text.h"

namespace triptych {

void number_tracks(NamedSet& set) {
  std::map<std::tuple<Part, std::string, std::string, Index>, Index> number;
  for (NamedSample& s : set.samples)
    if (s.sequence >= 0)
      s.track =
          number.emplace(std::tuple(s.part, s.identity, s.camera, s.sequence), number.size()).first->second;
}

std::vector<std::vector<Index>> tracks_of(const Dataset& dataset) {
  std::vector<std::vector<Index>> tracks;
  for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
    if (dataset.samples[i].track < 0) continue;
    const auto track = static_cast<std::size_t>(dataset.samples[i].track);
    if (track >= tracks.size()) tracks.resize(track + 1);
    tracks[track].push_back(static_cast<Index>(i));
  }
  const auto frame_of = [&](Index i) { return dataset.samples[static_cast<std::size_t>(i)].frame; };
  for (std::vector<Index>& track : tracks) std::ranges::stable_sort(track, {}, frame_of);
  std::erase_if(tracks, [](const std::vector<Index>& track) { return track.empty(); });
  return tracks;
}

Dataset join_sequences(const Dataset& frames) {
  const std::vector<std::vector<Index>> tracks = tracks_of(frames);
  require(
      !tracks.empty(),
      "{} has single images and no sequences, which --temporal reads; give synthetic people --frames N, a "
      "list with the columns sequence and frame, or a set of sequences, or leave --temporal out",
      frames.root);
  Dataset joined = frames;
  joined.samples.clear(), joined.frames.clear();
  std::vector<const std::vector<Index>*> track_at(frames.samples.size());  // of each sequence's first sample
  for (const std::vector<Index>& track : tracks)
    track_at[static_cast<std::size_t>(*std::ranges::min_element(track))] = &track;
  for (std::size_t i = 0; i < frames.samples.size(); ++i) {
    const Sample& image = frames.samples[i];
    if (image.track >= 0 && !track_at[i]) continue;  // its sequence is there already
    std::vector<Sample>& own = joined.frames.emplace_back();
    if (image.track < 0) own.push_back(image);
    if (track_at[i])
      for (const Index k : *track_at[i]) own.push_back(frames.samples[static_cast<std::size_t>(k)]);
    for (std::size_t k = 1; k < own.size(); ++k)
      require(own[k].frame < 0 || own[k].frame != own[k - 1].frame,
              "{} and {} are both frame {} of one sequence; number the frames of a sequence each once",
              shown(own[k - 1].file), shown(own[k].file), own[k].frame);
    joined.samples.push_back(own[own.size() / 2]);  // whose image stands for the sequence
  }
  joined.images_of_camera.assign(static_cast<std::size_t>(joined.cameras), 0), joined.distractors = 0;
  for (const Sample& s : joined.samples) {
    ++joined.images_of_camera[static_cast<std::size_t>(s.camera)];
    joined.distractors += s.identity == distractor;
  }
  return joined;
}

std::string sequence_summary(const Dataset& dataset) {
  std::vector<std::size_t> lengths;
  for (const std::vector<Index>& track : tracks_of(dataset)) lengths.push_back(track.size());
  if (!dataset.frames.empty()) lengths.clear();
  for (const std::vector<Sample>& track : dataset.frames) lengths.push_back(track.size());
  if (lengths.empty()) return {};
  std::ranges::sort(lengths);
  return fmt::format("sequences    {}, with {} to {} frames, {} in the middle\n", lengths.size(),
                     lengths.front(), lengths.back(), lengths[lengths.size() / 2]);
}

}  // namespace triptych
