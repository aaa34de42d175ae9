#!/bin/bash
# format.sh: names the sources that clang-format-14 would change; exits with 1 when there are any.
# format.sh --fix: changes them.
set -euo pipefail
cd "$(dirname "$0")/../.."

mapfile -t files < <(git ls-files '*.cpp' '*.h' 2>/dev/null | grep . ||
  find kernels engine layers drawing datasets reid apps exercises tests -name '*.cpp' -o -name '*.h')
if [ "${1:-}" = --fix ]; then
  exec clang-format-14 -i "${files[@]}"
fi
wrong=$(clang-format-14 --dry-run "${files[@]}" 2>&1 | sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: warning.*/\1/p' | sort | uniq -c)
if [ -n "$wrong" ]; then
  echo "format: run 'make format'; places to change in each file:"
  echo "$wrong"
  exit 1
fi
echo "format: ${#files[@]} files are formatted"
