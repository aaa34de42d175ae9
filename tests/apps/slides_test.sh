#!/bin/bash
# The slides of the course: ten a lesson, each with something on it, in a page that needs nothing else.
. "$(dirname "$0")/cases.sh"
page=$work/slides.html
"$PWD/exercises/slides/slides.sh" "$page" >"$work/.output" 2>"$work/.message"
status=$? output=$(cat "$work/.output") message=$(cat "$work/.message") command_line=slides.sh
expect "slides: written" status 0
expect "slides: how many, and where" output '^110 slides of 11 lessons: .*/slides\.html$'
is "slides: no word on stderr" [ -z "$message" ]
for lesson in 1 2 3 4 5 6 7 8 9 10 11; do
  is "slides: ten of lesson $lesson" [ "$(grep -c "<section class=\"slide\" id=\"s$lesson-" "$page")" = 10 ]
  is "slides: the exercises of lesson $lesson" grep -q "<pre>make exercise N=$lesson\.1</pre>" "$page"
done
is "slides: none is empty" bash -c "! grep -q '<div class=\"body\"></div>' '$page'"
is "slides: eight figures, all inside" \
  bash -c "[ \$(grep -o '<img ' '$page' | wc -l) -ge 8 ] && ! grep -q 'base64,\"' '$page'"
is "slides: the page loads nothing from elsewhere" \
  bash -c "! grep -qE '(src|href)=\"https?:|@import|url\(' '$page'"
finish
