#!/bin/bash
# grade.sh DIR ANSWERS FILE: grades the answers in ANSWERS/exercises against the tests of this tree, and
# writes FILE (JSON) and the same as JUnit XML beside it. DIR is a finished build of this tree.
#   GRADE_SECONDS=20    how long an answer may run; to compile it has a minute, or three times as long
# Only the answers are taken from ANSWERS (exercises/LESSON/NUMBER_name.cpp, exercises/cuda/NUMBER_name.cu):
# tests, headers and the Makefile are those of this tree. A CUDA answer is examined by `triptych cuda`; where
# nvcc is missing its instructions cannot be counted, and one whose test limits them is skipped, unless it is
# wrong anyway. An answer runs in an empty folder, with limits on time, memory, files and output.
# Nothing is written but FILE and the XML, so that many gradings may run at the same time. The status is 0
# when everything was graded, whatever the grades.
set -uo pipefail
cd "$(dirname "$0")/.."

out=$(realpath "$1") answers=$2 file=$3
seconds=${GRADE_SECONDS:-20}
# By the clock on the wall, and several are compiled at once: a slow machine is no fault of the answer.
compiling=$((3 * seconds > 60 ? 3 * seconds : 60))
if [ ! -d "$answers/exercises" ]; then
  echo "grade: there is no folder $answers/exercises; give ANSWERS=DIR, a tree of the course" >&2
  exit 1
fi
[ -f "$out/double/engine.a" ] && [ -x "$out/triptych" ] \
  || { echo "grade: build the tests first: make tests" >&2; exit 1; }
answers=$(realpath "$answers") root=$PWD
mkdir -p "$(dirname "$file")" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

flags=(-std=c++20 -O1 -w -fopenmp "-I$root" -DTRIPTYCH_DOUBLE)
libraries=("$out/obj/tests/main.o" "$out/double/engine.a" "$out/double/kernels.a" -lfmt -ldl -lpthread)

# limited SECONDS COMMAND...: at most 4 GiB of memory, files of 64 MiB, no core file, and the time.
limited() {
  local most=$1
  shift
  (
    ulimit -v "${memory:-4194304}" -f 65536 -c 0
    exec timeout -k 2 "$most" "$@"
  )
}
is_handed_out() { # ANSWER SOURCE
  grep -qxF "$(sha256sum <"$1" | cut -d' ' -f1)  $2" exercises/holes.sha256
}
seconds_since() { awk "BEGIN {printf \"%.2f\", ($(date +%s%N) - $1) / 1e9}"; }

# grade ID NUMBER SOURCE: verdict, cases, passed, seconds and message of one answer, in files $work/ID.*.
grade() {
  local id=$1 number=$2 source=$3 test log="$work/$1.log" status verdict=red passed=0 start cases
  test=$out/double/obj/${source%.cpp}_test.o
  cases=$(grep -c '^TEST_CASE' "${source%.cpp}_test.cpp")
  start=$(date +%s%N)
  : >"$log"
  mkdir "$work/$id.run"
  if [ ! -f "$answers/$source" ]; then
    verdict=missing
  elif is_handed_out "$answers/$source" "$source"; then
    verdict="not attempted"
  elif ! limited "$compiling" g++ "${flags[@]}" -c -o "$work/$id.o" "$answers/$source" >"$log" 2>&1 ||
    ! limited "$compiling" g++ -fopenmp -o "$work/$id" "$work/$id.o" "$test" "${libraries[@]}" >"$log" \
      2>&1; then
    verdict="does not compile"
  else
    (cd "$work/$id.run" && OMP_NUM_THREADS=1 limited "$seconds" "$work/$id" \
      --no-version --no-colors </dev/null 2>&1) | head -c 65536 >"$log"
    status=${PIPESTATUS[0]}
    passed=$(sed -n 's/^\[doctest\] test cases: *\([0-9]*\) | *\([0-9]*\) passed.*/\1 \2/p' "$log" | tail -1)
    # All cases of the test must have run: an answer that ends the program before them is not green.
    if [ "$status" = 0 ] && [ "$passed" = "$cases $cases" ]; then
      verdict=green
    elif [ "$status" = 124 ] || [ "$status" = 137 ]; then
      verdict="too slow"
    elif [ -z "$passed" ] || [ "$status" -gt 1 ]; then
      verdict=crashed
    fi
    passed=${passed#* }
  fi
  printf '%s\n' "$verdict" "$cases" "${passed:-0}" "$(seconds_since "$start")" >"$work/$id.grade"
  rm -rf "$work/$id.run" "$work/$id" "$work/$id.o"
}

# grade_cuda ID NUMBER SOURCE: the same of a CUDA answer, whose test is one case. Shadows of memory and the
# stacks of its threads are mapped, and so it has 64 GiB of addresses.
nvcc=$(command -v nvcc || ls /usr/local/cuda/bin/nvcc 2>/dev/null)
grade_cuda() {
  local id=$1 source=$3 log="$work/$1.log" status verdict=red passed=0 start memory=67108864 limits
  start=$(date +%s%N)
  : >"$log"
  mapfile -t limits < <(sed -n 's|^// at most: ||p' "${source%.cu}_test.cu")
  if [ ! -f "$answers/$source" ]; then
    verdict=missing
  elif is_handed_out "$answers/$source" "$source"; then
    verdict="not attempted"
  else
    mkdir "$work/$id.run"
    cp "${source%.cu}_test.cu" "$answers/$source" "$work/$id.run/"
    (cd "$work/$id.run" && limited "$((compiling + 4 * seconds))" "$out/triptych" cuda \
      "$(basename "${source%.cu}_test.cu")" --seconds "$seconds" "${limits[@]/#/--at-most=}" \
      </dev/null 2>&1) | head -c 65536 >"$log"
    status=${PIPESTATUS[0]}
    if [ "$status" = 0 ]; then
      verdict=green passed=1
      [ -n "$nvcc" ] || [[ "${limits[*]}" != *instructions=* ]] || verdict="skipped: nvcc is missing" passed=0
    elif [ "$status" = 124 ] || [ "$status" = 137 ] || grep -q 'it still runs after' "$log"; then
      verdict="too slow"
    elif grep -q 'does not accept this line' "$log"; then
      verdict="does not compile"
    elif grep -q 'ended by a signal' "$log"; then
      verdict=crashed
    fi
    rm -rf "$work/$id.run"
  fi
  printf '%s\n' "$verdict" 1 "$passed" "$(seconds_since "$start")" >"$work/$id.grade"
}

json_string() { printf '"%s"' \
  "$(tr -d '\000-\010\013-\037\177' | sed ':a;N;$!ba;s/\\/\\\\/g;s/"/\\"/g;s/\t/\\t/g;s/\n/\\n/g')"; }
xml_text() { LC_ALL=C tr -d '\000-\010\013-\037\177-\377' \
  | sed 's/&/\&amp;/g;s/</\&lt;/g;s/>/\&gt;/g;s/"/\&quot;/g'; }
# The lines of a log that say what is wrong: the first failures, or the first error of the compiler.
message_of() {
  grep -aE 'ERROR|error|values:|FATAL|threw|^[^ ]*\.cu:[0-9]+: |should be|^triptych: ' "$1" | head -n 8 \
    | sed "s|$answers/||g;s|$root/||g" | iconv -c -f utf-8 -t utf-8
}

ids=() sources=()
for test in exercises/[1-9]*_*/*_test.cpp; do
  ids+=("$(printf '%02d' ${#ids[@]})") sources+=("${test%_test.cpp}.cpp")
done
for test in exercises/cuda/*_test.cu; do
  ids+=("$(printf '%02d' ${#ids[@]})") sources+=("${test%_test.cu}.cu")
done
number_of() { # exercises/2_engine/1_tanh.cpp -> 2.1; exercises/cuda/3_transpose.cu -> cuda.3
  local lesson=${1#exercises/} name=${1##*/}
  lesson=${lesson%%/*}
  echo "${lesson%%_*}.${name%%_*}"
}
for i in "${!ids[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "${GRADE_JOBS:-$(nproc)}" ]; do wait -n; done
  case ${sources[$i]} in *.cu) how=grade_cuda ;; *) how=grade ;; esac
  $how "${ids[$i]}" "$(number_of "${sources[$i]}")" "${sources[$i]}" &
done
wait

green=0 failures=0 errors=0 skipped=0 json="" xml=""
for i in "${!ids[@]}"; do
  source=${sources[$i]} number=$(number_of "${sources[$i]}")
  name=${source##*/} name=${name#*_} name=${name%.cpp} name=${name%.cu}
  mapfile -t got <"$work/${ids[$i]}.grade"
  verdict=${got[0]} inside=""
  message=$(message_of "$work/${ids[$i]}.log")
  case $verdict in
    green) green=$((green + 1)) ;;
    red) failures=$((failures + 1)) \
      inside="<failure message=\"$verdict\">$(xml_text <<<"$message")</failure>" ;;
    missing | "not attempted" | skipped*) skipped=$((skipped + 1)) inside="<skipped message=\"$verdict\"/>" ;;
    *) errors=$((errors + 1)) inside="<error message=\"$verdict\">$(xml_text <<<"$message")</error>" ;;
  esac
  json+="${json:+,}
    {\"number\": \"$number\", \"name\": \"$name\", \"verdict\": \"$verdict\", "
  json+="\"cases\": ${got[1]}, \"passed\": ${got[2]}, \"seconds\": ${got[3]}, "
  json+="\"message\": $(json_string <<<"$message")}"
  xml+="
  <testcase classname=\"exercise $number\" name=\"$name\" time=\"${got[3]}\">$inside</testcase>"
  printf '%-6s  %-18s %s of %s cases  %s\n' "$number" "$name" "${got[2]}" "${got[1]}" "$verdict"
done
{
  echo '{'
  echo "  \"answers\": $(json_string <<<"$answers"),"
  echo "  \"green\": $green, \"of\": ${#ids[@]},"
  echo "  \"exercises\": [$json"
  echo '  ]'
  echo '}'
} >"$work/grades.json"
{
  echo '<?xml version="1.0" encoding="UTF-8"?>'
  counts="tests=\"${#ids[@]}\" failures=\"$failures\" errors=\"$errors\" skipped=\"$skipped\""
  echo "<testsuite name=\"triptych exercises\" $counts>$xml"
  echo '</testsuite>'
} >"$work/grades.xml"
mv "$work/grades.json" "$file" && mv "$work/grades.xml" "${file%.json}.xml" || exit 1
echo "$green of ${#ids[@]} are green: $file, ${file%.json}.xml"
