#pragma once

namespace triptych {

constexpr int glyph_height = 7, glyph_width = 5;

// Is the dot (row, column) of an ASCII character black? Characters that the font does not have look like '?'.
bool glyph_dot(char character, int row, int column);

}  // namespace triptych
