#include "layers/initialise.h"

#include "engine/error.h"
#include "tests/layers/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

struct Moments {
  double mean, variance, largest;
};
Moments moments_of(const Tensor& tensor) {
  double sum = 0, squares = 0, largest = 0;
  const std::vector<Real> values = tensor.values();
  for (const Real value : values) {
    sum += value, squares += double(value) * value;
    largest = std::max(largest, std::abs(double(value)));
  }
  const double n = static_cast<double>(values.size());
  return {sum / n, squares / n - sum / n * sum / n, largest};
}

// [kernel 5 x 5, 16 in, 32 out]: 12800 numbers, so the variance is known to about 1.3%.
const Shape kernel = {5, 5, 16, 32};

Moments draw(Init scheme, double scale, const Shape& shape = kernel) {
  return moments_of(initialise(reference_device(), shape, {scheme, scale}, Random(3)));
}

// Element [i, j] of w^T w (columns) or w w^T (rows) of a block of columns.
double gram(const std::vector<Real>& w, Index rows, Index columns, Index first, Index width, Index i, Index j,
            bool of_rows) {
  double sum = 0;
  for (Index k = 0; k < (of_rows ? width : rows); ++k) {
    const Index a = of_rows ? i * columns + first + k : k * columns + first + i;
    const Index b = of_rows ? j * columns + first + k : k * columns + first + j;
    sum += double(w[static_cast<std::size_t>(a)]) * w[static_cast<std::size_t>(b)];
  }
  return sum;
}

void check_orthogonal(Index rows, Index columns, Index blocks, double scale) {
  const std::vector<Real> w =
      initialise(reference_device(), {rows, columns}, {Init::orthogonal, scale}, Random(5), blocks).values();
  const Index width = columns / blocks;
  const bool of_rows = width > rows;
  const Index vectors = of_rows ? rows : width;
  for (Index block = 0; block < blocks; ++block)
    for (Index i = 0; i < vectors; ++i)
      for (Index j = 0; j < vectors; ++j) {
        const double expected = i == j ? scale * scale : 0;
        CHECK(gram(w, rows, columns, block * width, width, i, j, of_rows) ==
              doctest::Approx(expected).epsilon(1e-5));
      }
}

}  // namespace

TEST_CASE("xavier has variance 2 / (fan_in + fan_out)") {
  const double expected = 2.0 / (25 * 16 + 25 * 32);
  for (const Init scheme : {Init::xavier_uniform, Init::xavier_normal}) {
    const Moments m = draw(scheme, 1);
    CHECK(m.variance == doctest::Approx(expected).epsilon(0.05));
    CHECK(std::abs(m.mean) < 4 * std::sqrt(expected / 12800));
    CHECK(draw(scheme, 3).variance == doctest::Approx(9 * expected).epsilon(0.05));
  }
  CHECK(draw(Init::xavier_uniform, 1).largest <= std::sqrt(3 * expected));
  CHECK(draw(Init::xavier_normal, 1).largest > std::sqrt(3 * expected));
}

TEST_CASE("kaiming has variance gain^2 / fan_in") {
  const double gain = gain_of(Activation::relu), expected = gain * gain / (25 * 16);
  for (const Init scheme : {Init::kaiming_uniform, Init::kaiming_normal})
    CHECK(draw(scheme, gain).variance == doctest::Approx(expected).epsilon(0.05));
  CHECK(draw(Init::kaiming_uniform, gain).largest <= std::sqrt(3 * expected));
}

TEST_CASE("a linear weight [in, out] has fans in and out") {
  const Shape shape = {300, 50};
  CHECK(draw(Init::xavier_normal, 1, shape).variance == doctest::Approx(2.0 / 350).epsilon(0.06));
  CHECK(draw(Init::kaiming_normal, 1, shape).variance == doctest::Approx(1.0 / 300).epsilon(0.06));
}

TEST_CASE("gates are initialised each by itself: the fans are those of one gate") {
  const Tensor w = initialise(reference_device(), {100, 4 * 50}, {Init::xavier_normal}, Random(3), 4);
  CHECK(moments_of(w).variance == doctest::Approx(2.0 / 150).epsilon(0.06));
}

TEST_CASE("zeros, constant, uniform and normal take their scale literally") {
  CHECK(draw(Init::zeros, 7).largest == 0);
  const Moments constant = draw(Init::constant, 0.5);
  CHECK(constant.mean == doctest::Approx(0.5));
  CHECK(constant.variance == doctest::Approx(0));
  const Moments uniform = draw(Init::uniform, 0.5);
  CHECK(uniform.variance == doctest::Approx(0.25 / 3).epsilon(0.05));
  CHECK(uniform.largest <= 0.5);
  CHECK(uniform.largest > 0.49);
  CHECK(draw(Init::normal, 0.5).variance == doctest::Approx(0.25).epsilon(0.05));
}

TEST_CASE(
    "orthogonal: columns of length scale at right angles; rows where there are fewer of them; each gate by "
    "itself") {
  check_orthogonal(17, 17, 1, 1);
  check_orthogonal(23, 7, 1, 1.5);
  check_orthogonal(7, 23, 1, 1);
  check_orthogonal(8, 32, 4, 1);
  check_orthogonal(1, 1, 1, 1);
}

TEST_CASE("identity") {
  const std::vector<Real> w =
      initialise(reference_device(), {2, 4}, {Init::identity, 0.5}, Random(1), 2).values();
  CHECK(w == std::vector<Real>{Real(0.5), 0, Real(0.5), 0, 0, Real(0.5), 0, Real(0.5)});
}

TEST_CASE("the same generator gives the same weights on every device, another one others") {
  const Tensor expected = initialise(reference_device(), kernel, {Init::kaiming_normal}, Random(3));
  for (const Device& device : devices())
    CHECK(initialise(device, kernel, {Init::kaiming_normal}, Random(3)).values() == expected.values());
  CHECK(initialise(reference_device(), kernel, {Init::kaiming_normal}, Random(4)).values() !=
        expected.values());
}

TEST_CASE("without drawing there are zeros, shapes are still checked, and afterwards all is as before") {
  const Device& device = reference_device();
  const Tensor drawn = initialise(device, kernel, {Init::kaiming_normal}, Random(3));
  {
    const WithoutDrawing undrawn;
    {
      const WithoutDrawing again;  // the inner one's end is not the outer one's
    }
    const Tensor zeros = initialise(device, kernel, {Init::kaiming_normal}, Random(3));
    CHECK(zeros.shape() == drawn.shape());
    CHECK(zeros.values() == std::vector<Real>(drawn.values().size(), Real(0)));
    CHECK_THROWS_AS(initialise(device, {5}, {Init::orthogonal}, Random(1)), Error);
  }
  CHECK(initialise(device, kernel, {Init::kaiming_normal}, Random(3)).values() == drawn.values());
}

TEST_CASE("names go both ways, and a wrong one is answered with the right ones") {
  for (const Init scheme :
       {Init::zeros, Init::constant, Init::uniform, Init::normal, Init::xavier_uniform, Init::xavier_normal,
        Init::kaiming_uniform, Init::kaiming_normal, Init::orthogonal, Init::identity})
    CHECK(init_from_name(name_of(scheme)) == scheme);
  CHECK_THROWS_WITH_AS(
      init_from_name("he"),
      "unknown initialisation 'he': choose one of zeros, constant, uniform, normal, xavier_uniform, "
      "xavier_normal, kaiming_uniform, kaiming_normal, orthogonal, identity",
      Error);
}

TEST_CASE("shapes that a scheme cannot fill are refused") {
  const Device& device = reference_device();
  CHECK_THROWS_WITH_AS(initialise(device, {5}, {Init::orthogonal}, Random(1)),
                       "initialise: orthogonal needs a weight [..., in, out], not one of shape [5]", Error);
  CHECK_THROWS_WITH_AS(initialise(device, {2, 3, 4}, {Init::identity}, Random(1)),
                       "initialise: identity needs a matrix, not a weight of shape [2, 3, 4]", Error);
  CHECK_THROWS_WITH_AS(initialise(device, {3, 5}, {Init::zeros}, Random(1), 4),
                       "initialise: the last axis of [3, 5] does not divide into 4 blocks", Error);
}
