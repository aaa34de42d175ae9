#!/bin/bash
# stairs.sh: a room includes only from itself and the rooms below it. Prints every include that goes up the
# stairs (or sideways: layers does not use drawing and datasets, nor they layers) and exits with 1 when there
# is one.
set -euo pipefail
cd "$(dirname "$0")/../.."

declare -A may_use=(
  [kernels]="kernels"
  [engine]="kernels engine"
  [layers]="kernels engine layers"
  [drawing]="kernels engine drawing"
  [datasets]="kernels engine drawing datasets"
  [reid]="kernels engine layers drawing datasets reid"
  [apps]="kernels engine layers drawing datasets reid apps"
)
wrong=0

for room in "${!may_use[@]}"; do
  while IFS=: read -r file line text; do
    included=$(sed -E 's/^[^"]*"([^"]*)".*/\1/' <<<"$text")
    first=${included%%/*}
    if [ "$first" = tests ] && [[ $file = tests/* ]]; then
      # A helper of the tests: tests/<file>, or of a room that this test may use.
      second=$(cut -d/ -f2 <<<"$included")
      [[ $second = *.h ]] && continue
      first=$second
    fi
    if [[ " ${may_use[$room]} " != *" $first "* ]]; then
      echo "$file:$line: $room/ may not include \"$included\"; it may use: ${may_use[$room]}"
      wrong=1
    fi
  done < <(grep -rn -E '^\s*#\s*include\s*"' --include='*.h' --include='*.cpp' --include='*.inl' \
    "$room" "tests/$room" 2>/dev/null)
done

# nlohmann/json.hpp takes seconds to compile: only sources that read or write JSON may pay for it.
# engine/json.h, the reader, includes it in their place.
if grep -rnE 'nlohmann/json.hpp|"engine/json.h"' --include='*.h' "${!may_use[@]}" \
  | grep -v '^engine/json.h:'; then
  echo "a header includes JSON: use nlohmann/json_fwd.hpp there, or keep JSON inside the .cpp file"
  wrong=1
fi
[ "$wrong" = 0 ] && echo "stairs: every include goes down"
exit "$wrong"
