#include "reid/features/cache.h"

#include <cstring>
#include <optional>
#include <string_view>

#include "engine/checksum.h"
#include "engine/error.h"
#include "engine/file.h"

namespace triptych {
namespace {

std::uint64_t key_of(const Feature& feature, const ImageSource& images) {
  std::uint64_t hash = checksum(feature.parameters.data(), feature.parameters.size());
  const Index shape[] = {images.count(), images.height(), images.width()};
  hash = checksum(shape, sizeof shape, hash);
  for (Index i = 0; i < images.count(); ++i) {
    const std::uint64_t of_image = images.hash(i);
    hash = checksum(&of_image, sizeof of_image, hash);
  }
  return hash;
}

// The file: this header, then the numbers.
struct Header {
  char magic[8] = {'t', 'r', 'i', 'p', 'f', 'e', 'a', '1'};
  std::int64_t count = 0, size = 0;
  std::uint64_t checksum = 0;
};

Header header_of(const FeatureMatrix& rows) {
  Header header;
  header.count = rows.count;
  header.size = rows.size;
  header.checksum = checksum(rows.values.data(), rows.values.size() * sizeof(float));
  return header;
}

// Empty when the bytes are not those of `count` rows of `size` numbers.
std::optional<FeatureMatrix> parse(const std::string& bytes, Index count, Index size) {
  FeatureMatrix rows(count, size);
  const std::size_t body = rows.values.size() * sizeof(float);
  if (bytes.size() != sizeof(Header) + body) return {};
  std::memcpy(rows.values.data(), bytes.data() + sizeof(Header), body);
  const Header expected = header_of(rows);
  if (std::memcmp(bytes.data(), &expected, sizeof expected) != 0) return {};
  return rows;
}

}  // namespace

std::filesystem::path cache_file(const std::filesystem::path& folder, const Feature& feature,
                                 const ImageSource& images) {
  return folder / fmt::format("{}-{:016x}.features", feature.name, key_of(feature, images));
}

CachedFeatures cached_features(const std::filesystem::path& folder, const Feature& feature,
                               const ImageSource& images, int threads, const OnProgress& progress) {
  const std::filesystem::path file = cache_file(folder, feature, images);
  std::string before;
  if (std::error_code code; std::filesystem::exists(file, code)) {
    try {
      if (auto rows = parse(read_file(file), images.count(), feature.size))
        return {std::move(*rows), true, fmt::format("{}: read from {}", feature.name, file.string())};
      before = fmt::format("{} is damaged and was not used; ", file.string());
    } catch (const Error& error) {
      before = fmt::format("{}; ", error.what());
    }
  }
  CachedFeatures result{extract(feature, images, threads, progress), false, {}};
  try {
    write_file(
        file,
        [&](std::ostream& stream) {
          const Header header = header_of(result.rows);
          stream.write(reinterpret_cast<const char*>(&header), sizeof header);
          stream.write(reinterpret_cast<const char*>(result.rows.values.data()),
                       static_cast<std::streamsize>(result.rows.values.size() * sizeof(float)));
        },
        Existing::replace);
    result.sentence = fmt::format("{}: {}computed, and kept in {}", feature.name, before, file.string());
  } catch (const Error& error) {
    result.sentence = fmt::format("{}: {}computed, but not kept: {}", feature.name, before, error.what());
  }
  return result;
}

}  // namespace triptych
