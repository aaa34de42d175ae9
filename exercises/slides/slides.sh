#!/bin/bash
# slides.sh FILE: ten slides for each lesson as one HTML page that needs nothing else, made from the lessons'
# own pages (slides.awk). In the browser: arrow keys go from slide to slide, n shows the notes, which are the
# pages' full text. Printed, a slide is a page.
set -euo pipefail
cd "$(dirname "$0")/../.."
to=${1:?say where: make slides OUT=FILE}
lessons=(kernels engine layers datasets reid reid/evaluation apps reid/network engine/mpi reid/search
  reid/temporal)

# The number of a lesson is in its title: "# Lesson 2. engine/: ...".
title() { sed -n 's/^# //p' "$1/README.md" | head -n 1; }
number() { title "$1" | sed -n 's/^Lesson \([0-9]*\)\..*/\1/p'; }

mkdir -p "$(dirname "$to")"
{
  cat exercises/slides/head.html
  echo '<nav>'
  for lesson in "${lessons[@]}"; do
    echo "<a href=\"#s$(number "$lesson")-1\">$(title "$lesson" | sed 's/&/\&amp;/g; s/</\&lt;/g')</a>"
  done
  echo '</nav>'
  for lesson in "${lessons[@]}"; do
    LC_ALL=C.UTF-8 awk -v lesson="$(number "$lesson")" -v folder="$lesson" -f exercises/slides/slides.awk \
      "$lesson/README.md"
  done
  cat exercises/slides/foot.html
} >"$to.part"
mv "$to.part" "$to"
echo "$(grep -c '<section class="slide"' "$to") slides of ${#lessons[@]} lessons: $to"
