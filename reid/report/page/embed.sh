#!/bin/bash
# embed.sh OUT FILE...: writes a C++ source that holds the files' texts, for assets.h. A raw string takes a
# file as it is, but for the end mark )TRIPTYCH", which no file has.
set -euo pipefail
out=$1
shift
{
  echo '#include "reid/report/page/assets.h"'
  echo 'namespace triptych {'
  echo 'namespace {'
  echo 'constexpr Asset assets[] = {'
  for file in "$@"; do
    if grep -q ')TRIPTYCH"' "$file"; then
      echo "$file: the mark that ends an embedded text stands in it" >&2
      exit 1
    fi
    printf '{"%s", R"TRIPTYCH(' "$file"
    cat "$file"
    printf ')TRIPTYCH"},\n'
  done
  echo '};'
  echo '}  // namespace'
  echo 'std::span<const Asset> embedded_assets() { return assets; }'
  echo '}  // namespace triptych'
} >"$out.part"
mv "$out.part" "$out"
