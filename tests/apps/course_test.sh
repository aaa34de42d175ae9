#!/bin/bash
# The course: every exercise is red until somebody solves it, so that a green one means something (the same
# tests with the solutions are a program of their own, $out/double/exercises/solved); and the counter-examples
# show what they say.
. "$(dirname "$0")/cases.sh"
programs=$(dirname "$program")/double/exercises

for test in exercises/[1-9]_*/*_test.cpp; do
  lesson=${test#exercises/} number=${test##*/}
  number=${lesson%%_*}.${number%%_*}
  source=${test%_test.cpp}.cpp
  if [ -d .git ] && ! git diff --quiet HEAD -- "$source"; then
    skip "exercise $number: somebody is at work on $source"
    continue
  fi
  is "exercise $number has a program and a solution" [ -x "$programs/$number" -a -f "exercises/solutions/${source#exercises/}" ]
  is "exercise $number is red as long as it is not solved" bash -c "! '$programs/$number' >/dev/null 2>&1"
  is "exercise $number does not crash" grep -q 'test cases:.* [1-9][0-9]* failed' <("$programs/$number" 2>/dev/null)
done

# shows NAME REGEX...: what the counter-example prints, line after line.
shows() {
  local name=$1
  shift
  output=$("$programs/$name" 2>&1)
  for line; do
    is "counterexample $name: $line" grep -qE -- "$line" <<<"$output"
  done
}
shows accumulation '^backward adds: +c = 4, dc/da = 4$' '^backward overwrites: +c = 4, dc/da = 1$'
shows collapse '^ +1 +1\.[0-9]+ +2\.[0-9]+$' '^ +0 +0\.3000 +0\.0000$'
shows nan '^loss = -?nan$' "^anomaly: 8 of 8 numbers .* in the output of op #3 'l2_normalise'"
finish
