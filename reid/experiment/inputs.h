#pragma once
#include <string>
#include <tuple>
#include <vector>

#include "reid/key.h"
#include "reid/options.h"

namespace triptych {

// Goes up whenever a kernel, a feature, a metric or the training computes something else than before for the
// same inputs, so that results of an older program are computed anew and not reused. It does not go up for a
// change that keeps all bits, nor for new methods, whose definitions are inputs of their own.
inline constexpr int results_version = 1;

// The bits of a result depend on these: two instruction sets round differently. The number of threads is not
// among them, it never changes a result.
struct Machine {
  std::string device;           // "cpu", "cuda", ...
  std::string instruction_set;  // what the device chose for this processor
  std::string gemm;             // "own", "cublas", "tf32" or "bf16"
};

// What a data set is: digests of datasets/content.h.
struct DataDigests {
  std::string images;  // of the images' bytes, in order
  std::string labels;  // of identity, camera and part of each, in order
};

// Everything that decides what a trained network is.
struct NetworkInputs {
  int version = results_version;
  std::string images, labels;
  std::vector<Index> training_identities;    // learned from
  std::vector<Index> validation_identities;  // held out of training
  Options options;                           // without training.start, which is a path
  std::string start;  // key of the model that training starts from; empty: random weights
  std::string device, instruction_set, gemm;
};
inline auto fields(const NetworkInputs& in) {
  return std::tuple(named("results version", in.version), named("images", in.images),
                    named("identity labels and cameras", in.labels),
                    named("training identities", in.training_identities),
                    named("validation identities", in.validation_identities), named("options", in.options),
                    named("start model", in.start), named("device", in.device),
                    named("instruction set", in.instruction_set), named("gemm", in.gemm));
}

// Everything that decides the ranks of one row of a table on one split.
struct RowInputs {
  int version = results_version;
  std::string images, labels;
  std::vector<Index> training_identities;
  std::string protocol;               // digest of the queries and galleries of all draws
  std::string method;                 // definition (reid/table/definition.h)
  std::vector<std::string> networks;  // keys of the networks that the method reads
  std::string device, instruction_set, gemm;
};
inline auto fields(const RowInputs& in) {
  return std::tuple(named("results version", in.version), named("images", in.images),
                    named("identity labels and cameras", in.labels),
                    named("training identities", in.training_identities), named("protocol", in.protocol),
                    named("method", in.method), named("networks", in.networks), named("device", in.device),
                    named("instruction set", in.instruction_set), named("gemm", in.gemm));
}

// Everything that decides the ranks of a test of a network.
struct TestInputs {
  int version = results_version;
  std::string model;  // key of the network, or digest of the model's file
  std::string images, labels;
  std::string protocol;
  std::string device, instruction_set, gemm;
};
inline auto fields(const TestInputs& in) {
  return std::tuple(named("results version", in.version), named("model", in.model),
                    named("images", in.images), named("identity labels and cameras", in.labels),
                    named("protocol", in.protocol), named("device", in.device),
                    named("instruction set", in.instruction_set), named("gemm", in.gemm));
}

}  // namespace triptych
