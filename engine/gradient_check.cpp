#include "engine/gradient_check.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/error.h"
#include "kernels/kernels.h"

namespace triptych {
namespace {

using Function = std::function<Variable(const std::vector<Variable>&)>;
using Values = std::vector<Real>;

// One array whose elements are varied one at a time: an input or a parameter.
struct Subject {
  std::string name;
  Tensor value;
  Values gradient;     // from backward
  Values contributed;  // the same, measured as the amount that backward added to a non-zero gradient
};

Tensor random_normal(const Device& device, const Shape& shape, Random random) {
  Values values(static_cast<std::size_t>(shape.elements()));
  for (Real& value : values) value = static_cast<Real>(random.normal());
  return Tensor::from(device, shape, std::span<const Real>(values));
}

// f(x) = sum(g * result(x)), and the sum of |g * result|, to which its rounding error is proportional.
struct Sum {
  double value, magnitude;
};
Sum evaluate(const Function& function, const std::vector<Subject>& subjects, std::size_t inputs,
             const Values& g) {
  std::vector<Variable> variables;
  for (std::size_t i = 0; i < inputs; ++i) variables.push_back(subjects[i].value);
  const Values result = function(variables).value.values();
  long double sum = 0, magnitude = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    sum += static_cast<long double>(g[i]) * result[i];
    magnitude += std::abs(static_cast<long double>(g[i]) * result[i]);
  }
  return {static_cast<double>(sum), static_cast<double>(magnitude)};
}

// Computes the gradient of every input into `gradient`, starting from empty gradients.
void run_backward(const Function& function, std::vector<Subject>& subjects, std::size_t inputs,
                  const ParameterList& parameters, const Tensor& cotangent) {
  Tape tape;
  std::vector<Variable> variables;
  for (std::size_t i = 0; i < inputs; ++i) variables.push_back(tape.input(subjects[i].value, true));
  clear_gradients(parameters);
  const Variable result = function(variables);
  require(result.tape() == &tape, "a gradient was checked of a result that does not depend on its inputs");
  tape.backward(result, cotangent);
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    Tensor gradient = i < inputs ? tape.gradient(variables[i]) : parameters[i - inputs].parameter->gradient;
    subjects[i].gradient =
        gradient ? gradient.values() : Values(static_cast<std::size_t>(subjects[i].value.elements()));
  }
}

// The same, measured as the amount ADDED to gradients that are not empty: this detects a backward that
// assigns.
constexpr Real earlier_contribution = Real(0.5);

void run_backward_into_filled(const Function& function, std::vector<Subject>& subjects, std::size_t inputs,
                              const ParameterList& parameters, const Tensor& cotangent) {
  Tape tape;
  std::vector<Parameter> leaves;
  std::vector<Variable> variables;
  for (std::size_t i = 0; i < inputs; ++i) leaves.emplace_back(subjects[i].value);
  for (Parameter& leaf : leaves) variables.push_back(tape.parameter(leaf));
  for (std::size_t i = 0; i < subjects.size(); ++i)
    (i < inputs ? leaves[i] : *parameters[i - inputs].parameter).gradient.fill(earlier_contribution);
  tape.backward(function(variables), cotangent);
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    Values& contributed = subjects[i].contributed;
    contributed = (i < inputs ? leaves[i] : *parameters[i - inputs].parameter).gradient.values();
    for (Real& value : contributed) value -= earlier_contribution;
  }
  clear_gradients(parameters);
}

double root_mean_square(const Values& values) {
  double sum = 0;
  for (const Real value : values) sum += double(value) * value;
  return values.empty() ? 0 : std::sqrt(sum / static_cast<double>(values.size()));
}

// The difference of two slopes relative to the larger one and to the gradient as a whole, minus the part that
// rounding explains.
double relative_error(double a, double b, double scale, double noise) {
  const double difference = std::abs(a - b);
  if (difference <= noise) return 0;
  return (difference - noise) / std::max({std::abs(a), std::abs(b), scale});
}

struct Differences {
  double slope;
  double noise;  // the rounding error of `slope`
  bool kink;
};

// With d+ and d- the one-sided differences, J(h) = d+ - d- is h f'' for a smooth function, so J(h) = 2 J(h /
// 2) up to O(h^3). A kink inside (-h, h) makes J large or, close to the border, violates this law.
Differences differentiate(const std::function<Sum(double)>& f, double scale,
                          const GradientCheckOptions& options) {
  const double h = options.step;
  const Sum centre = f(0), right = f(h), left = f(-h), near_right = f(h / 2), near_left = f(-h / 2);
  const double d_right = (right.value - centre.value) / h, d_left = (centre.value - left.value) / h;
  const double jump = d_right - d_left;
  const double near_jump = (near_right.value - 2 * centre.value + near_left.value) / (h / 2);
  Differences result;
  result.slope = (right.value - left.value) / (2 * h);
  result.noise = 8 * double(std::numeric_limits<Real>::epsilon()) * centre.magnitude / h;
  const double size = std::max({std::abs(d_right), std::abs(d_left), scale});
  result.kink = std::abs(jump) > options.kink_tolerance * size + 4 * result.noise ||
                std::abs(jump - 2 * near_jump) > 1e-5 * options.kink_tolerance * size + 8 * result.noise;
  return result;
}

std::vector<Index> choose_elements(Index elements, Index most, Random random) {
  std::vector<Index> chosen(static_cast<std::size_t>(elements));
  std::iota(chosen.begin(), chosen.end(), Index(0));
  if (elements > most) {
    random.shuffle(std::span<Index>(chosen));
    chosen.resize(static_cast<std::size_t>(most));
    std::sort(chosen.begin(), chosen.end());
  }
  return chosen;
}

// The indices, axis by axis, of the flat index `element` in an array of this shape.
std::vector<Index> unravel(const Shape& shape, Index element) {
  std::vector<Index> index(static_cast<std::size_t>(shape.axes()));
  for (int axis = shape.axes() - 1; axis >= 0; --axis) {
    index[static_cast<std::size_t>(axis)] = element % shape[axis];
    element /= shape[axis];
  }
  return index;
}

// Keeps the worst comparison so far: the largest error or, as long as rounding explains everything, the
// largest difference.
class Worst {
 public:
  explicit Worst(GradientCheck& check) : check_(check) {}

  // For the last element: backward gives a (`claim` describes it), the other side b.
  void note(double error, double distance, const char* claim, double a, double b) {
    CheckedElement& element = check_.elements.back();
    if (!(error <= element.error)) element.error = error;
    // Written so that NaN counts as the worst error, and stays.
    if (std::isnan(check_.relative_error) || error < check_.relative_error) return;
    if (error == check_.relative_error && distance <= distance_) return;
    check_.relative_error = error;
    check_.worst_at = static_cast<Index>(check_.elements.size()) - 1;
    distance_ = distance;
    const bool says = std::string_view(claim) == "says";
    check_.worst = fmt::format("{}: backward {} {:.9g}, {} {:.9g}", element.place(), claim, a,
                               says ? "differences say" : "but alone it gives", b);
  }

 private:
  GradientCheck& check_;
  double distance_ = -1;
};

}  // namespace

std::string CheckedElement::place() const {
  return fmt::format("{}, element [{}]", subject, fmt::join(index, ", "));
}

GradientCheck check_gradients(const Function& function, const std::vector<Tensor>& inputs,
                              const ParameterList& parameters, Random random,
                              const GradientCheckOptions& options) {
  require(!inputs.empty(), "a gradient check needs an input");
  std::vector<Subject> subjects;
  ParameterList trained;
  for (const Tensor& input : inputs)
    subjects.push_back({fmt::format("input {}", subjects.size()), input.copy(), {}, {}});
  for (const NamedParameter& named : parameters) {
    if (!named.parameter->trainable) continue;
    trained.push_back(named);
    subjects.push_back({"parameter " + named.name, named.parameter->value, {}, {}});
  }

  std::vector<Variable> constants(inputs.begin(), inputs.end());
  const Tensor cotangent = random_normal(inputs[0].device(), function(constants).shape(), random.split(0));
  const Values g = cotangent.values();
  run_backward(function, subjects, inputs.size(), trained, cotangent);
  run_backward_into_filled(function, subjects, inputs.size(), trained, cotangent);

  GradientCheck check;
  Worst worst(check);
  for (std::size_t s = 0; s < subjects.size(); ++s) {
    const Subject& subject = subjects[s];
    const Device& device = subject.value.device();
    const double scale = root_mean_square(subject.gradient);
    const Values original = subject.value.values();
    for (const Index element :
         choose_elements(subject.value.elements(), options.most_elements, random.split(s + 1))) {
      const std::size_t e = static_cast<std::size_t>(element);
      const auto f = [&](double offset) {
        const Real moved = static_cast<Real>(original[e] + offset);
        device.kernels().copy_in(device.context(), subject.value.real() + element, &moved, sizeof moved);
        return evaluate(function, subjects, inputs.size(), g);
      };
      const Differences differences = differentiate(f, scale, options);
      f(0);
      const double a = subject.gradient[e], added = subject.contributed[e], n = differences.slope;
      CheckedElement& seen = check.elements.emplace_back();
      seen.subject = subject.name, seen.index = unravel(subject.value.shape(), element);
      seen.value = double(original[e]), seen.kink = differences.kink;
      seen.backward = a, seen.added = added, seen.differences = n;
      const double rounding =
          4 * double(std::numeric_limits<Real>::epsilon()) * (earlier_contribution + std::abs(a));
      worst.note(relative_error(added, a, scale, rounding), -1, "adds", added, a);
      if (differences.kink) {
        ++check.skipped;
        continue;
      }
      ++check.checked;
      worst.note(relative_error(a, n, scale, differences.noise), std::abs(a - n), "says", a, n);
    }
  }
  return check;
}

}  // namespace triptych
