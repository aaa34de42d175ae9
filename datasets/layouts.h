#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/dataset.h"

// How the folders of known data sets are read. Each layout only says what each image is of; dataset.cpp
// makes labels of that, in the same way for all of them.
namespace triptych {

// One image as its layout names it.
struct NamedSample {
  std::string identity;  // empty: a distractor
  std::string camera;    // sorted, these become 0, 1, ...
  std::filesystem::path file;
  Part part = Part::any;
  Index sequence = -1, frame = -1;
  Index track = -1;  // numbered by number_tracks
};

struct NamedSet {
  std::string layout;
  std::vector<NamedSample> samples;
  Index junk = 0;
  std::vector<std::string> warnings;
};

// Is the folder laid out like this? Then its images; an image whose name breaks the rule is an Error.
std::optional<NamedSet> read_camera_pair(const std::filesystem::path& root);  // PRID-450S, PRID 2011, VIPeR
std::optional<NamedSet> read_walks(const std::filesystem::path& root);  // iLIDS-VID, PRID 2011 multi-shot
std::optional<NamedSet> read_mars(const std::filesystem::path& root);
std::optional<NamedSet> read_market(const std::filesystem::path& root);  // and DukeMTMC-reID
std::optional<NamedSet> read_msmt17(const std::filesystem::path& root);
std::optional<NamedSet> read_cuhk03(const std::filesystem::path& root);  // new protocol
std::optional<NamedSet> read_plain(const std::filesystem::path& root);

// The first of them that the folder is laid out like; nothing: none.
std::optional<NamedSet> find_layout(const std::filesystem::path& root);

// Numbers the sequences of the set: the frames of one have its part, identity, camera and sequence in common.
// Among strangers, who have no name, the number of a sequence must be theirs alone.
void number_tracks(NamedSet& set);

// The images of a folder by name; hidden files and files of other kinds (lists, masks' .mat, Thumbs.db) are
// passed over.
std::vector<std::filesystem::path> images_in(const std::filesystem::path& folder);

// An image whose name breaks the rule of its layout.
[[noreturn]] void fail_name(const std::filesystem::path& file, std::string_view layout,
                            std::string_view rule);

// Names to labels 0, 1, ... in sorted order: numbers by value and before words. `names` become sorted, each
// once.
std::map<std::string, Index> number_names(std::vector<std::string>& names);

// "img_0012" -> "0012", "person_0200" -> "0200": the digits after a known first word.
std::optional<std::string> number_after(std::string_view stem, std::string_view word);
// "000_45" -> "000": the digits before an underscore that is followed by digits.
std::optional<std::string> number_before_angle(std::string_view stem);
// "0002_c1s1_000451_03" -> person "0002", camera "1", sequence 1, frame 45103: its number, then the
// detection's; "-1_c3s2_..." -> "-1", "3". Names that go on otherwise, as "0002_c1_f0044158", have neither
// sequence nor frame.
struct MarketName {
  std::string identity, camera;
  Index sequence = -1, frame = -1;
};
std::optional<MarketName> parse_market_name(std::string_view stem);
// "0001C2T0003F004" -> person "0001", camera "2", sequence 3, frame 4; junk is "00-1C1T0001F001" (MARS).
std::optional<MarketName> parse_mars_name(std::string_view stem);
// "0000_000_01_0303morning_0015_0" -> "01": the third word of a name of MSMT17.
std::optional<std::string> camera_of_msmt17(std::string_view stem);

}  // namespace triptych
