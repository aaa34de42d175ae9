#pragma once
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
};

struct NamedSet {
  std::string layout;
  std::vector<NamedSample> samples;
  Index junk = 0;
  std::vector<std::string> warnings;
};

// Is the folder laid out like this? Then its images; an image whose name breaks the rule is an Error.
std::optional<NamedSet> read_camera_pair(const std::filesystem::path& root);  // PRID-450S, PRID 2011, VIPeR
std::optional<NamedSet> read_market(const std::filesystem::path& root);       // and DukeMTMC-reID
std::optional<NamedSet> read_msmt17(const std::filesystem::path& root);
std::optional<NamedSet> read_plain(const std::filesystem::path& root);

// "img_0012" -> "0012", "person_0200" -> "0200": the digits after a known first word.
std::optional<std::string> number_after(std::string_view stem, std::string_view word);
// "000_45" -> "000": the digits before an underscore that is followed by digits.
std::optional<std::string> number_before_angle(std::string_view stem);
// "0002_c1s1_000451_03" -> person "0002", camera "1"; "-1_c3s2_..." -> "-1", "3".
struct MarketName {
  std::string identity, camera;
};
std::optional<MarketName> parse_market_name(std::string_view stem);
// "0000_000_01_0303morning_0015_0" -> "01": the third word of a name of MSMT17.
std::optional<std::string> camera_of_msmt17(std::string_view stem);

}  // namespace triptych
