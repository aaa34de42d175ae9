#!/bin/bash
# run.sh OUT STEP DIR: builds the learner's functions in DIR up to STEP, links them in place of the engine's,
# and runs the test of STEP. STEP `all` runs them one after the other and stops at the first that is not
# green. STEP `demo` trains with the functions of all green steps, and with the engine alone, and compares the
# tables. OUT is a finished build.
#   DEMO="--data synthetic:24 ..."   other options for the demo
set -uo pipefail
cd "$(dirname "$0")/../.."

out=$1 wanted=${2:-all} mine=${3:-exercises/build_it}
pages=exercises/build_it work=${BUILD_IT_WORK:-$out/build_it}
[ -d "$mine" ] || { echo "build-it: there is no folder $mine; give MINE=DIR" >&2; exit 1; }
mkdir -p "$work"
compiler=(${CXX:-g++} -std=c++20 -w -fopenmp -I.)
libraries=("$out"/{reid,layers,datasets,drawing,engine,kernels}.a -lfmt -lsqlite3 -ldl -lpthread)
demo=(--data synthetic:16 --epochs 3 --validation 2 --people 4 --em-rounds 2 --image-height 48
  --image-width 24 --crop-height 44 --crop-width 20 --channels "4,8" --kernel 3 --hidden 16 --strips 2)
[ -z "${DEMO:-}" ] || read -ra demo <<<"$DEMO"

# What each step defines, and how many functions of that name.
functions=(- 'triptych::record 2' 'triptych::Tape::backward 2' 'triptych::reference::gemm 1'
  'triptych::reference::cross_entropy_(forward|backward) 2' 'triptych::reference::convolution_forward 1'
  'triptych::reference::convolution_backward_(input|weights) 2' 'triptych::reference::adam 1'
  'triptych::reference::batch_norm_(statistics|forward|backward) 3'
  'triptych::reference::triplet_(forward|backward) 2' 'triptych::e_step 1')
last=$((${#functions[@]} - 1))

name_of() { basename "$(ls $pages/"$(printf %02d "$1")"_*_test.cpp)" _test.cpp; } # 3 -> 03_matmul

# defined OBJECT OR ARCHIVE... : the mangled names of the functions in it
defined() { nm -g --defined-only "$@" 2>/dev/null | awk '$2 == "T" {print $3}' | sort -u; }

# The names that a learner's function can replace: those of the engine's archives, listed once for a build.
engine_names() {
  local archives=("$out"/{reid,engine,kernels}.a) list=$work/engine_names
  if [ ! -s "$list" ] || [ -n "$(find "${archives[@]}" -newer "$list" -print -quit)" ]; then
    defined "${archives[@]}" >"$list"
  fi
  cat "$list"
}

# What all tests include, once. A header that is newer makes everything anew.
precompile() {
  local all=(engine kernels datasets layers reid "$pages")
  [ -f "$work/headers.h.gch" ] &&
    [ -z "$(find "${all[@]}" -name '*.h' -newer "$work/headers.h.gch" -print -quit)" ] && return
  rm -f "$work"/*.o
  printf '#include "%s"\n' $pages/check.h engine/ops.h reid/em/em.h >"$work/headers.h"
  "${compiler[@]}" -O0 -x c++-header -o "$work/headers.h.gch" "$work/headers.h"
}

# compile STEP: the learner's object; fails when it does not compile, or replaces nothing.
compile() {
  local name object source sum pattern count found
  name=$(name_of "$1") source=$mine/$(name_of "$1").cpp object=$work/$(name_of "$1").o
  [ -f "$source" ] || { echo "step $1: there is no $source" >&2; return 1; }
  sum=$(sha256sum <"$source")
  if [ ! -f "$object" ] || [ "$(cat "$object.from" 2>/dev/null)" != "$sum" ]; then
    "${compiler[@]}" -O2 -c -o "$object" "$source" || { rm -f "$object"; return 1; }
    echo "$sum" >"$object.from"
  fi
  read -r pattern count <<<"${functions[$1]}"
  comm -12 <(defined "$object") <(engine_names) >"$work/$name.replaces"
  found=$(c++filt <"$work/$name.replaces" | grep -cE "^$pattern\\(")
  [ "$found" = "$count" ] && return
  echo "step $1: $source replaces $found of the $count functions $pattern. A function replaces the engine's" \
    "when its name, namespace and parameters are the same: compare with the file as it was handed out" >&2
  return 1
}

# objects_to STEP: the learner's objects up to that step.
objects_to() { for ((k = 1; k <= $1; ++k)); do echo "$work/$(name_of $k).o"; done; }

# Two definitions of one function: the linker takes the first, and objects come before the engine's archives.
link() { ${CXX:-g++} -fopenmp -Wl,-z,muldefs -Wl,-Map="$1.map" -o "$@"; }

# replaced PROGRAM STEP: says which functions of the program are the learner's, read off the linker's map.
replaced() {
  local k name start size address symbol count=0
  nm "$1" | awk '$2 == "T" {print $3, $1}' >"$work/addresses"
  for ((k = 1; k <= $2; ++k)); do
    name=$(name_of $k)
    read -r start size < <(awk -v o="$work/$name.o" '$1 == ".text" && $4 == o {print $2, $3}' "$1.map")
    while read -r symbol; do
      address=0x$(awk -v s="$symbol" '$1 == s {print $2}' "$work/addresses")
      if ((address < start || address >= start + size)); then
        echo "build-it: $symbol of $name is not the learner's in $1" >&2
        return 1
      fi
      count=$((count + 1))
    done <"$work/$name.replaces"
  done
  echo "$count functions of this program come from $mine, those of steps 1 to $2"
}

# try STEP: green, red, "not written" or "does not compile"; what the test says goes to $work/log.
try() {
  local name test
  name=$(name_of "$1") test=$work/$(name_of "$1")_test
  verdict="does not compile"
  compile "$1" >"$work/log" 2>&1 || return
  if [ ! "$test.o" -nt "$pages/${name}_test.cpp" ]; then
    "${compiler[@]}" -O0 -include "$work/headers.h" -c -o "$test.o" "$pages/${name}_test.cpp" \
      >"$work/log" 2>&1 || return
  fi
  link "$test" "$test.o" "$out/obj/tests/main.o" $(objects_to "$1") "${libraries[@]}" >"$work/log" 2>&1 ||
    return
  verdict=red
  if timeout 120 "$test" --no-version >"$work/log" 2>&1; then
    verdict=green
    replaced "$test" "$1" >>"$work/log" 2>&1 || verdict=red
  elif grep -q 'is not written yet' "$work/log"; then
    verdict="not written"
  fi
}

# The first lines of the compiler's or the test's output that say what is wrong.
say_why() { grep -aE 'ERROR: |error: |^  logged: |should be|^step [0-9]+: |^build-it: ' "$work/log" |
  sed -E 's/^[^ ]*_test.cpp:[0-9]+: //; s/ERROR: CHECK.*is NOT correct!//; s/^ *//' | grep . |
  head -n 4 | sed 's/^/    /'; }

green=0
run_up_to() { # STEP
  local k
  for ((k = 1; k <= $1; ++k)); do
    try $k
    printf '%2d  %-24s %s\n' $k "$(name_of $k | sed 's/^.._//')" "$verdict"
    if [ "$verdict" != green ]; then say_why; return 1; fi
    green=$k
  done
}

table_of() { sed -n '/queries; gallery/,/^$/p' "$1"; }

precompile || exit 1
case $wanted in
  all)
    run_up_to "$last"
    echo "$green of $last steps are green"
    if [ "$green" -lt "$last" ]; then
      echo "the next one: $mine/$(name_of $((green + 1))).cpp"
      exit 1
    fi ;;
  demo)
    run_up_to "$last"
    if [ "$green" -eq 0 ]; then
      echo "build-it: no step is green, so there is nothing to train with" >&2
      exit 1
    fi
    link "$work/triptych" $(objects_to "$green") "$out/obj/apps/main.o" "$out/apps.a" "${libraries[@]}" ||
      exit 1
    replaced "$work/triptych" "$green" || exit 1
    echo "triptych train ${demo[*]} --device reference"
    for who in engine mine; do
      program=$out/triptych
      [ $who = engine ] || program=$work/triptych
      rm -rf "$work/$who"
      if ! "$program" train "${demo[@]}" --device reference --out "$work/$who" >"$work/$who.log" 2>&1; then
        tail -n 3 "$work/$who.log" >&2
        exit 1
      fi
    done
    echo "the engine alone:" && table_of "$work/engine.log"
    echo "steps 1 to $green from $mine:" && table_of "$work/mine.log"
    losses() { grep -o '"loss":[^,]*' "$work/$1/log.jsonl"; }
    echo "$(diff <(losses engine) <(losses mine) | grep -c '^>') of $(losses mine | wc -l) losses differ"
    if diff -q <(table_of "$work/engine.log") <(table_of "$work/mine.log") >/dev/null; then
      echo "the same table"
    else
      echo "the tables differ"
      exit 1
    fi ;;
  *)
    [[ $wanted =~ ^[0-9]+$ ]] && [ "$wanted" -ge 1 ] && [ "$wanted" -le "$last" ] ||
      { echo "which one? make build-it N=3; there are 1 to $last" >&2; exit 1; }
    for ((k = 1; k < wanted; ++k)); do
      compile $k >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    done
    try "$wanted"
    cat "$work/log"
    echo "step $wanted: $verdict ($mine/$(name_of "$wanted").cpp)"
    [ "$verdict" = green ] ;;
esac
