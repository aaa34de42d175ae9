#include "reid/search/codes.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/random.h"

using namespace triptych;

TEST_CASE("codes: a row by hand") {
  const float row[] = {1.27f, -0.5f, 0.004f, 0};
  std::int8_t codes[4];
  const CodedRow coded = encode(row, 4, codes);
  CHECK(coded.scale == doctest::Approx(0.01).epsilon(1e-5));
  CHECK(codes[0] == 127);
  CHECK(codes[1] == -50);
  CHECK(codes[2] == 0);
  CHECK(codes[3] == 0);
  CHECK(coded.error >= 0.004f);
  CHECK(coded.error < 0.00401f);
}

TEST_CASE("codes: bounds hold, and are near what they bound") {
  Random random(1);
  for (const Index size : {1, 3, 64, 130, 5000}) {
    CAPTURE(size);
    std::vector<float> query(static_cast<std::size_t>(size)), row = query;
    std::vector<std::int8_t> codes(query.size());
    for (int trial = 0; trial < 200; ++trial) {
      double x2 = 0, q2 = 0, product = 0;
      const double length = std::pow(10, random.uniform(-3, 3)) / std::sqrt(static_cast<double>(size));
      for (std::size_t k = 0; k < row.size(); ++k) {
        row[k] = static_cast<float>(length * random.normal());
        query[k] = static_cast<float>(random.normal() / std::sqrt(static_cast<double>(size)));
        const auto x = static_cast<double>(row[k]), q = static_cast<double>(query[k]);
        x2 += x * x, q2 += q * q, product += x * q;
      }
      const CodedRow coded = encode(row.data(), size, codes.data());
      const CodedQuery asked = encode_query(query.data(), size);
      const float norm = static_cast<float>(x2);
      float bound = 0;
      lower_bounds(codes.data(), &coded, &norm, 1, size, asked, &bound);
      const double x = std::sqrt(x2), q = std::sqrt(q2), rough = static_cast<double>(bound) - slack(asked, x);
      CHECK(rough <= x2 - 2 * product);
      CHECK(rough >= x2 - 2 * product - 0.1 * x * q - 1e-5 * (x + q) * (x + q));
    }
  }
}

TEST_CASE("codes: the bound holds for the row that the query's codes miss most") {
  const Index size = 5000;
  Random random(2);
  std::vector<float> query(static_cast<std::size_t>(size)), row = query;
  for (float& value : query) value = static_cast<float>(random.normal());
  const CodedQuery asked = encode_query(query.data(), size);
  const float step = 1.f / 64;  // |row| is 1.1, and its codes are exact but for the rounding of their scale
  double x2 = 0, product = 0;
  for (std::size_t k = 0; k < row.size(); ++k) {
    const double q = static_cast<double>(query[k]), missed = q - asked.scale * asked.codes[k];
    row[k] = missed < 0 ? -step : step;
    x2 += static_cast<double>(step * step), product += static_cast<double>(row[k]) * q;
  }
  std::vector<std::int8_t> codes(row.size());
  const CodedRow coded = encode(row.data(), size, codes.data());
  CHECK(coded.error < 1e-5f);
  const float norm = static_cast<float>(x2);
  float bound = 0;
  lower_bounds(codes.data(), &coded, &norm, 1, size, asked, &bound);
  CHECK(static_cast<double>(bound) - slack(asked, std::sqrt(x2)) <= x2 - 2 * product);
}
