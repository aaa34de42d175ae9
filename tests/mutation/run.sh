#!/bin/bash
# run.sh DIR [REGEX]: breaks the code on purpose, once for each mutant of mutants.sh (or those whose name
# matches), and expects the named test program to go red. DIR is a finished build; the mutants live in copies
# of the tree inside it, one for each processor, where each costs one object and one link. Fails when a mutant
# survives, does not compile, or no longer matches the code.
set -uo pipefail
cd "$(dirname "$0")/../.."

out=$1
only=${2:-.}
jobs=$(nproc)
work=$out/mutants
[ -f "$out/flags" ] || { echo "mutations: build the tests into $out first: make tests" >&2; exit 1; }
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT

# run_tests BUILD PROGRAM [FILTER [DEVICE]]
run_tests() {
  TEST_DEVICES=${4:-reference cpu} timeout 300 "$1/$2" --abort-after=1 ${3:+"--test-case=$3"} 2>&1
}

# The unbroken programs are green: red must come from the mutant.
is_green() {
  run_tests "$out" "$1" >"$work/${1//\//_}.log" && return
  tail -n 20 "$work/${1//\//_}.log"
  echo "mutations: the unbroken $1 is not green" >&2
  touch "$work/red"
}
mutant() { [[ $1 =~ $only ]] && echo "$3"; }
for program in $(. tests/mutation/mutants.sh | sort -u); do
  while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n; done
  is_green "$program" &
done
wait
[ ! -e "$work/red" ] || exit 1

# copy_tree TREE: sources and build. It keeps all times, so that make finds nothing to do in it.
copy_tree() {
  mkdir -p "$1/build"
  cp -a Makefile kernels engine layers drawing datasets reid apps tests "$1/"
  for made in obj together tests double precompiled flags commit $(cd "$out" && ls ./*.a); do
    [ -e "$out/$made" ] && cp -a "$out/$made" "$1/build/"
  done
  find "$1/build" -name '*.d' -exec sed -i "s|$out/|build/|g" {} +
}

# mutate TREE FILE EXPRESSION PROGRAM FILTER DEVICE: prints nothing when PROGRAM went red, otherwise what is
# wrong.
mutate() {
  local tree=$1 file=$2 expression=$3 program=$4 filter=$5 device=$6
  touch "$tree/start"
  sed -E -i "$expression" "$tree/$file" || { echo "sed does not understand: $expression"; return; }
  if cmp -s "$file" "$tree/$file"; then
    echo "matches nothing in $file any more: rewrite or drop it"
  elif ! make -j1 -C "$tree" --no-print-directory BUILD=build "build/$program" >"$tree/log" 2>&1; then
    echo "does not compile: $(grep -m1 error "$tree/log")"
  elif (cd "$tree" && run_tests build "$program" "$filter" "$device") >/dev/null; then
    echo "SURVIVED: $program stayed green"
  fi
}

# worker NUMBER: every mutant whose number in the list, divided by the workers, leaves NUMBER.
worker() {
  local number=$1 tree=$work/$1 count=0
  copy_tree "$tree"
  # mutant NAME FILE PROGRAM EXPRESSION [FILTER [DEVICE]]: one line of mutants.sh.
  mutant() {
    [[ $1 =~ $only ]] || return 0
    [ $((count++ % jobs)) -eq "$number" ] || return 0
    local verdict
    verdict=$(mutate "$tree" "$2" "$4" "$3" "${5:-}" "${6:-}")
    # Put the source back, and the objects that were made from the broken one.
    cp -p "$2" "$tree/$2"
    find "$tree/build" -name '*.o' -newer "$tree/start" -printf '%P\n' | while read -r object; do
      cp "$out/$object" "$tree/build/$object"
    done
    printf '  %-62s %s\n' "$1" "${verdict:-caught}"
    echo "${verdict:-caught}" >>"$work/verdicts"
  }
  . tests/mutation/mutants.sh
}
for ((number = 0; number < jobs; number++)); do
  worker "$number" &
done
wait
caught=$(grep -c -x caught "$work/verdicts")
survivors=$(grep -c -v -x caught "$work/verdicts")
echo "mutations: $caught caught, $survivors not"
[ "$survivors" -eq 0 ] && [ "$caught" -gt 0 ]
