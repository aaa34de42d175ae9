#pragma once
#include <string>
#include <string_view>

namespace triptych::laboratory {

// Why a name of CUDA is not known here, and what to do; empty when there is nothing to say about it.
std::string_view reason_against(std::string_view name);
// The same for a header of the toolkit, by its name between < and >.
std::string_view reason_against_header(std::string_view header);

}  // namespace triptych::laboratory
