#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "kernels/shapes.h"

// What the exercises ask for: two or three a lesson. Each is a file with a hole in it,
// exercises/LESSON/NUMBER_name.cpp, whose comment says what the function has to do; beside it stands its
// test. `make exercise N=2.1` builds and runs one. They compute in double precision, where a gradient can be
// told from its differences.
namespace triptych {

class Random;
class Tensor;
struct Variable;

// ---- 1: kernels -------------------------------------------------------------------------------------------
float sum_with_threads(std::span<const float> x, int threads);                             // 1.1
std::vector<double> patches_of(const ConvolutionShape& shape, std::span<const double> x);  // 1.2
struct Pooled {
  std::vector<double> y;
  std::vector<int> winner;
};
Pooled max_pool_2x2(Index height, Index width, std::span<const double> x);  // 1.3
void max_pool_2x2_backward(Index height, Index width, const std::vector<int>& winner,
                           std::span<const double> dy, std::span<double> dx);

// ---- 2: engine --------------------------------------------------------------------------------------------
Variable tanh_op(const Variable& x);  // 2.1
struct Step {                         // of a computation with plain numbers: value = a + b, or value = a b
  enum class Op { input, add, multiply } op = Op::input;
  int a = -1, b = -1;  // earlier steps
  double value = 0;
};
std::vector<double> cotangents(const std::vector<Step>& tape);                             // 2.2
Variable weighted_distance(const Variable& x, const Variable& y, const Variable& weight);  // 2.3

// ---- 3: layers --------------------------------------------------------------------------------------------
struct Moments {
  Index n = 0;
  double mean = 0;
  double m2 = 0;  // sum of (x - mean)^2
};
void include(Moments& moments, double x);  // 3.1
Moments merge(const Moments& a, const Moments& b);
Variable gru_step(const Variable& x, const Variable& h, const Variable& weight, const Variable& bias);  // 3.2
struct NormGradients {
  std::vector<double> dx;
  double dgamma = 0, dbeta = 0;
};
NormGradients norm_backward(std::span<const double> x, std::span<const double> dy, double gamma,  // 3.3
                            double epsilon);

// ---- 4: datasets ------------------------------------------------------------------------------------------
struct Seen {  // one image
  int identity = 0, camera = 0;
};
std::vector<int> cross_camera_batch(const std::vector<Seen>& images, int identities, Random random);  // 4.1
double bilinear(std::span<const double> image, Index height, Index width, double u, double v);        // 4.2
struct Sides {
  std::vector<int> train, test;  // images, by their position in the list
};
Sides split_identities(const std::vector<Seen>& images, double train_share, Random random);  // 4.3

// ---- 5: reid ----------------------------------------------------------------------------------------------
Variable contrastive_loss(const Variable& distance, const Tensor& same, double margin);  // 5.1
struct Triplet {
  int anchor, positive, negative;
  bool operator==(const Triplet&) const = default;
};
std::vector<Triplet> hard_triplets(std::span<const double> distances,
                                   const std::vector<int>& identities);                             // 5.2
std::vector<std::uint8_t> discriminative(std::span<const double> map, Index images, Index patches,  // 5.3
                                         double image_percentile, double camera_percentile);

// ---- 6: reid/evaluation -----------------------------------------------------------------------------------
struct Found {
  int first_rank = 0;
  double average_precision = 0;
};
Found rank_one(std::span<const double> distances, const std::vector<int>& gallery, int identity);  // 6.1
using Matrix2 = std::array<double, 4>;                                                             // a b, c d
using Vector2 = std::array<double, 2>;
Matrix2 kissme(std::span<const Vector2> same, std::span<const Vector2> different);  // 6.2
struct Summed {  // of the rows x of one camera
  Index n = 0;
  Vector2 s{};     // sum of x
  Matrix2 gram{};  // sum of x x^T
};
Matrix2 pairs_across(const Summed& a, const Summed& b);  // 6.3

// ---- 7: apps ----------------------------------------------------------------------------------------------
class Descent {  // a training run in one number
 public:
  explicit Descent(std::uint64_t seed) : seed_(seed) {}
  void step();
  double weight() const { return weight_; }
  std::vector<double> save() const;  // 7.1
  void restore(std::span<const double> saved);

 private:
  std::uint64_t seed_;
  double weight_ = 1, velocity_ = 0;
  Index steps_ = 0;
};
struct Threshold {
  double at = 0, error = 0;
};
Threshold equal_error_of(std::vector<double> same, std::vector<double> different);  // 7.2
struct Gain {
  double mean = 0, standard_error = 0;
};
Gain paired(std::span<const double> ours, std::span<const double> theirs, double test_to_train);  // 7.3
double false_alarms(int pairs, int splits, double test_to_train, Random random);

// ---- 8: reid/network --------------------------------------------------------------------------------------
struct Reading {
  std::vector<double> y, ds, dv;
};
Reading read_values(std::span<const double> s, std::span<const std::uint8_t> mask, std::span<const double> v,
                    std::span<const double> dy);  // 8.1
std::vector<double> row_above(Index width);       // 8.2
struct Part {                                     // of the steps that a query reads
  double largest = -std::numeric_limits<double>::infinity();
  double sum = 0;
  std::vector<double> y;
};
void read_step(Part& part, double score, std::span<const double> value);  // 8.3
Part combine(const Part& a, const Part& b);

// ---- 9: engine/mpi ----------------------------------------------------------------------------------------
struct RankWork {
  Index first_chunk = 0, end_chunk = 0, first_image = 0, end_image = 0;
};
RankWork work_of(Index images, Index rows, Index chunks, Index ranks, Index rank);  // 9.1
struct Exchanged {
  std::vector<float> sum;       // of each element
  std::vector<Index> received;  // numbers, by each rank
};
Exchanged add_up(const std::vector<std::vector<float>>& partials,
                 const std::vector<Index>& first_chunk);  // 9.2

// ---- 10: reid/search --------------------------------------------------------------------------------------
std::vector<Index> nearest_exact(std::span<const double> rough, double error, std::size_t top,
                                 const std::function<double(Index)>& exact);  // 10.1
struct Search {
  double genuine = 0, impostor = 0;  // distances of the nearest right image, and of the nearest other one
};
struct OpenSet {
  double threshold = 0, tpir = 0, false_alarms = 0;  // shares of 1
};
OpenSet open_set(std::span<const Search> training, std::span<const Search> test, double far);  // 10.2

// ---- 11: reid/temporal ------------------------------------------------------------------------------------
struct Frame {
  std::string person;  // empty: a stranger
  int camera = 0;
  Index sequence = 0, frame = 0;
};
std::vector<std::vector<Index>> join_frames(std::span<const Frame> frames);  // 11.1
std::vector<Index> sub_sequence(Index length, Index count, double u);        // 11.2
std::vector<double> recurrent_mean(std::span<const double> x, Index frames, std::span<const double> w_i,
                                   std::span<const double> w_s);  // 11.3

}  // namespace triptych
