#!/bin/bash
# format.sh: names the sources that clang-format-14 would change, and the lines of sources and pages that are
# longer than 110 columns; exits with 1 when there are any.
# format.sh --fix: formats the sources. Long lines have to be wrapped by hand.
set -euo pipefail
cd "$(dirname "$0")/../.."
export LC_ALL=C.UTF-8

# listed PATTERN...: the files of the repository with these names, or those of a tree without git.
listed() {
  git ls-files -- "$@" 2>/dev/null | grep . || {
    local pattern names=()
    for pattern in "$@"; do names+=(-o -name "$pattern"); done
    find Makefile ./*.md kernels engine layers drawing datasets reid apps exercises examples tests \
      -type f \( "${names[@]:1}" \) | sed 's|^\./||'
  }
}
mapfile -t files < <(listed '*.cpp' '*.h')
if [ "${1:-}" = --fix ]; then
  exec clang-format-14 -i "${files[@]}"
fi

failed=0
wrong=$(clang-format-14 --dry-run "${files[@]}" 2>&1 | sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: warning.*/\1/p' \
  | sort | uniq -c)
if [ -n "$wrong" ]; then
  echo "format: run 'make format'; places to change in each file:"
  echo "$wrong"
  failed=1
fi

# Prose of pages only: tables, code blocks, images and lines that are one link or HTML cannot be wrapped.
limit=110
mapfile -t texts < <(
  listed '*.h' '*.cpp' '*.cu' '*.cuh' '*.sh' '*.mk' '*.py' '*.js' '*.css' '*.toml' Makefile \
    | grep -v '^tests/cases/'  # files as learners write them
)
# Tables under apps/recipes are written by the program; the other pages of this list are still to be wrapped.
exempt='^apps/recipes/|^(CONTRIBUTING|apps/README|datasets/README|reid/table/README)\.md$'
mapfile -t pages < <(listed '*.md' | grep -vE "$exempt")
prose() {
  awk '
    FNR == 1 { code = 0; text = 0 }
    /^ *```/ { code = !code }
    { indented = /^    / && !/^ *([-*]|[0-9]+\.) / && !text; text = NF > 0 && !indented }
    code || indented || /^ *[|<]/ || /^ *!?\[[^]]*\]\([^)]*\)[.,:;]?$/ || /https?:\/\// { next }
    { print FILENAME ":" FNR ":" $0 }
  ' "$@"
}
long=$({
  grep -nHE ".{$((limit + 1)),}" "${texts[@]}" || true
  prose "${pages[@]}" | grep -E "^[^:]*:[0-9]+:.{$((limit + 1)),}" || true
} | sed -E 's/^([^:]*:[0-9]+):.*/\1/')
if [ -n "$long" ]; then
  echo "format: wrap these lines to $limit columns:"
  echo "$long"
  failed=1
fi
[ $failed -eq 0 ] && echo "format: ${#files[@]} files are formatted; no line is over $limit columns"
exit $failed
