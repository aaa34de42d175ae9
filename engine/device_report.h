#pragma once

namespace triptych {

struct Context;

// Throws as an Error, once, what a device has reported since the last call; returns when that is nothing.
void throw_report(Context& context);

}  // namespace triptych
