#pragma once

namespace triptych {

// Some layers act differently while the weights are learned: batch norm uses the batch's own statistics,
// dropout drops.
enum class Mode { train, infer };

}  // namespace triptych
