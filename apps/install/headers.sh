#!/bin/bash
# headers.sh DIR: writes the public headers into DIR/triptych, as `make install` copies them.
#   triptych/engine.h      every header of engine/ and layers/
#   triptych/inference.h   a trained model: embed images, search
#   triptych/drawing/font.h  the pixel font
# and the headers of the tree that these include. Inside, "engine/tape.h" becomes
# <triptych/engine/tape.h>, so that one folder has them all and no name of a room is searched for in the
# include path. A file that has not changed keeps its time, so that nothing is compiled again without need.
set -euo pipefail
cd "$(dirname "$0")/../.."
to=$1

# Names for the project's own checks, not for programs.
private="engine/op_examples.h engine/wrong_ops.h"
list_of() {
  local header
  for header in "$@"; do
    [[ " $private " = *" $header "* ]] || echo "$header"
  done
}
mapfile -t engine < <(list_of engine/*.h layers/*.h)

included() { sed -n 's/^ *# *include "\([^"]*\)".*/\1/p' "$@"; }
declare -A public=()
waiting=("${engine[@]}" drawing/font.h $(included apps/install/inference.h))
while [ ${#waiting[@]} -gt 0 ]; do
  header=${waiting[0]} waiting=("${waiting[@]:1}")
  [ -n "${public[$header]:-}" ] && continue
  public[$header]=yes
  for next in $(included "$header"); do
    [ -f "$next" ] || next=${header%/*}/$next
    waiting+=("$next")
  done
done

put() { # FILE: standard input becomes FILE unless it has that content already
  local new
  new=$(mktemp "$1.XXXXXX")
  cat >"$new"
  if cmp -s "$new" "$1"; then rm "$new"; else chmod 644 "$new" && mv "$new" "$1"; fi
}
rewritten() { sed 's|^\( *# *include \)"\([^"]*/[^"]*\)"|\1<triptych/\2>|' "$@"; }

# Headers that are no longer public go.
if [ -d "$to/triptych" ]; then
  (cd "$to/triptych" && find . -name '*.h' -printf '%P\n') | while read -r old; do
    [[ $old = engine.h || $old = inference.h || -n "${public[$old]:-}" ]] || rm "$to/triptych/$old"
  done
fi
for header in "${!public[@]}"; do
  mkdir -p "$to/triptych/${header%/*}"
  rewritten "$header" | put "$to/triptych/$header"
done
{ cat apps/install/engine.h; printf '#include <triptych/%s>\n' "${engine[@]}"; } | put "$to/triptych/engine.h"
rewritten apps/install/inference.h | put "$to/triptych/inference.h"
