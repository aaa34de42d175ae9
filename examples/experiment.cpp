// An experiment without a command line: open images, split, train, evaluate, print.
#include <fmt/format.h>

#include "reid/experiment/train.h"

using namespace triptych;

int main(int count, char** arguments) {
  DataChoice choice;
  choice.data = count > 1 ? arguments[1] : "synthetic:24";
  Options options;
  options.network.image_height = 64, options.network.image_width = 32;
  options.network.crop_height = 60, options.network.crop_width = 28, options.network.strips = 3;
  options.training.epochs = 20, options.training.identities = 6, options.training.validation = 0;

  Device device = Device::open("cpu");
  const ExperimentData data = open_data(choice, options.network, 1);
  const NumberedSplit split = chosen_splits(choice, data.dataset).front();
  const Job job = make_job(device, data, choice, options, split);
  const Model model = train(job);
  const Scores scores = mean_of_draws(evaluate(model, data, job.test)).forward;
  fmt::print("rank 1 {:.1f}%, mAP {:.1f}%, key {}\n", scores.cmc[0], scores.map, short_key(model.key));
}
