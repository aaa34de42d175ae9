#pragma once

namespace triptych {

// Some layers behave differently in training: batch norm uses the batch's own statistics, dropout drops
// elements.
enum class Mode { train, infer };

}  // namespace triptych
