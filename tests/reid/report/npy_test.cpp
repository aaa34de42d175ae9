#include "reid/report/npy.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "engine/error.h"
#include "engine/file.h"

using namespace triptych;

TEST_CASE("a .npy file is a header of whole 64 bytes and the numbers in rows") {
  const auto file =
      std::filesystem::temp_directory_path() / ("triptych_" + std::to_string(getpid()) + ".npy");
  const std::vector<Real> values = {1, 2, 3, 4, 5, Real(-0.5)};
  write_npy(file, 2, 3, values);
  const std::string bytes = read_file(file);
  std::filesystem::remove(file);
  CHECK(bytes.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t header =
      10 + static_cast<unsigned char>(bytes[8]) + 256u * static_cast<unsigned char>(bytes[9]);
  CHECK(header % 64 == 0);
  CHECK(bytes[header - 1] == '\n');
  CHECK(bytes.substr(10, header - 10).find("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }") ==
        0);
  REQUIRE(bytes.size() == header + 6 * sizeof(float));
  float numbers[6];
  std::memcpy(numbers, bytes.data() + header, sizeof numbers);
  CHECK(numbers[0] == 1);
  CHECK(numbers[5] == -0.5f);
}

TEST_CASE("numbers that do not fill the shape are an error") {
  const std::vector<Real> values(5);
  CHECK_THROWS_AS(write_npy("never.npy", 2, 3, values), Error);
}
