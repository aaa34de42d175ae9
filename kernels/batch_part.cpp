#include "kernels/batch_part.h"

#include "kernels/context.h"

namespace triptych {

const BatchPart* batch_part(const Context& context) {
  return context.shared ? context.shared->part : nullptr;
}

}  // namespace triptych
