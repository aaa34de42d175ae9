#!/bin/bash
# run.sh DIR [REGEX]: breaks the code on purpose, once for each mutant of mutants.sh (or those whose name
# matches), and expects the named test program to go red. DIR is a finished build; the mutants live in a copy
# of the tree inside it, where each costs one object and one link. Fails when a mutant survives, does not
# compile, or no longer matches the code.
set -uo pipefail
cd "$(dirname "$0")/../.."

out=$1
only=${2:-.}
tree=$out/mutants
[ -f "$out/flags" ] || { echo "mutations: build the tests into $out first: make tests" >&2; exit 1; }

# The copy keeps all times, so that make finds nothing to do in it.
rm -rf "$tree"
mkdir -p "$tree/build"
cp -a Makefile kernels engine layers drawing datasets reid apps tests "$tree/"
for made in obj together tests double precompiled flags commit $(cd "$out" && ls ./*.a); do
  [ -e "$out/$made" ] && cp -a "$out/$made" "$tree/build/"
done
find "$tree/build" -name '*.d' -exec sed -i "s|$out/|build/|g" {} +
make_mutant() { make -C "$tree" --no-print-directory BUILD=build "build/$1" >"$tree/log" 2>&1; }

survivors=0 caught=0
declare -A checked=() # programs whose unbroken version was seen to be green: red must come from the mutant

run_tests() { (cd "$tree" && timeout 300 "build/$1" --abort-after=1 ${2:+"--test-case=$2"}) >"$tree/log" \
  2>&1; }

# mutate FILE EXPRESSION PROGRAM FILTER: prints nothing when PROGRAM went red, otherwise what is wrong.
mutate() {
  local file=$1 expression=$2 program=$3 filter=$4
  touch "$tree/start"
  sed -E -i "$expression" "$tree/$file" || { echo "sed does not understand: $expression"; return; }
  if cmp -s "$file" "$tree/$file"; then
    echo "matches nothing in $file any more: rewrite or drop it"
  elif ! make_mutant "$program"; then
    echo "does not compile: $(grep -m1 error "$tree/log")"
  elif run_tests "$program" "$filter"; then
    echo "SURVIVED: $program stayed green"
  fi
}

# mutant NAME FILE PROGRAM EXPRESSION [FILTER]: one line of mutants.sh.
mutant() {
  [[ $1 =~ $only ]] || return 0
  if [ -z "${checked[$3]:-}" ]; then
    if ! make_mutant "$3" || ! run_tests "$3"; then
      tail -n 20 "$tree/log"
      echo "mutations: the unbroken $3 does not build or is not green" >&2
      exit 1
    fi
    checked[$3]=yes
  fi
  local verdict
  verdict=$(mutate "$2" "$4" "$3" "${5:-}")
  # Put the source back, and the objects that were made from the broken one.
  cp -p "$2" "$tree/$2"
  find "$tree/build" -name '*.o' -newer "$tree/start" -printf '%P\n' | while read -r object; do
    cp "$out/$object" "$tree/build/$object"
  done
  if [ -z "$verdict" ]; then
    caught=$((caught + 1))
  else
    survivors=$((survivors + 1))
  fi
  printf '  %-62s %s\n' "$1" "${verdict:-caught}"
}

. tests/mutation/mutants.sh
rm -rf "$tree"
echo "mutations: $caught caught, $survivors not"
[ "$survivors" -eq 0 ] && [ "$caught" -gt 0 ]
