#!/bin/bash
# The build-it track: what is handed out is not written, the answers are green and end in the engine's table,
# and a wrong answer is red and says what is wrong in numbers. Without the answers, in a student's tree, only
# the first.
. "$(dirname "$0")/cases.sh"
out=$(realpath "$(dirname "$program")") root=$PWD
pages=exercises/build_it answers=exercises/solutions/build_it
if [[ $out =~ (address|undefined|thread|debug)$ ]]; then
  skip "build-it: the learner's functions are compiled for a build without sanitizers"
  finish
fi
export BUILD_IT_WORK=$work/build_it

build_it() { # STEP FOLDER
  command_line="exercises/build_it/run.sh OUT $*"
  "$root/exercises/build_it/run.sh" "$out" "$@" >"$work/.output" 2>"$work/.message" </dev/null
  status=$?
  output=$(cat "$work/.output") message=$(cat "$work/.message")
}

if grep -q 'is not written yet' $pages/01_record.cpp; then
  build_it all $pages
  expect "build-it: what is handed out is not written" output '^ 1  record +not written$'
  expect "build-it: and that is said at the end" output '^0 of 10 steps are green$'
  expect "build-it: with the place to begin" output 'the next one: .*/01_record\.cpp'
else
  skip "build-it: $pages/01_record.cpp holds an answer (make build-it runs its test)"
fi
build_it 11 $pages
expect "build-it: there is no step 11" message 'make build-it N=3; there are 1 to 10'
build_it all "$work/nowhere"
expect "build-it: no folder" message 'no folder .*nowhere'

if [ -d $answers ]; then
  build_it demo $answers
  expect "build-it: the answers are green" output '^10  e_step +green$'
  expect "build-it: all functions of the program are the learner's" output '^17 functions of this program'
  expect "build-it: no loss differs" output '^0 of [0-9]+ losses differ$'
  expect "build-it: the same table" output '^the same table$'

  # wrong STEP EXPRESSION MESSAGE: the answer changed by sed -E must be red, and the test must say MESSAGE.
  wrong() {
    local name
    name=$(basename "$(ls $answers/"$(printf %02d "$1")"_*.cpp)")
    rm -rf "$work/wrong"
    cp -r $answers "$work/wrong"
    sed -i -E "$2" "$work/wrong/$name"
    is "build-it: the wrong answer of step $1 differs" bash -c "! cmp -s '$answers/$name' '$work/wrong/$name'"
    build_it "$1" "$work/wrong"
    expect "build-it: step $1, a wrong answer is not green" output "^step $1: (red|does not compile)"
    expect "build-it: step $1, and what is wrong is said" output "$3"
  }
  wrong 1 's/needs_gradient = true/needs_gradient = false/' 'input 1 of three needs a gradient'
  wrong 2 's/int i = static_cast<int>\(nodes_.size\(\)\); i-- > 0;/int i = 0; i < int(nodes_.size()); ++i/' \
    'dL/da is .* and should be 14'
  wrong 3 's/a_row = ta == Transpose::yes \? 1/a_row = ta == Transpose::no ? 1/' 'C\[.*\] is .* and should be'
  wrong 4 's/Real\(dlogits\[at\] \+ /Real(/' 'gradients are added to, not assigned'
  wrong 5 's/sum \+= bias\[o\]/sum += 0/' 'y\[0, 0, 0, 0\] is 51 and should be 151'
  wrong 6 's/double\(x\[pixel\]\) \* dy\[y\]/2 * double(x[pixel]) * dy[y]/' 'dw.* 2 times what it should be'
  wrong 7 's/m \/ \(1 - std::pow\(b1, t\)\)/m/' 'value.* is .* 0.1 times what it should be'
  wrong 8 's/dy\[k\] - total/dy[k] - 0 * total/' 'add up to .* and should add up to 0'
  wrong 9 's/-= dloss\[t\] \* push/+= dloss[t] * push/' 'dd\[.*\] is .* and should be'
  wrong 10 's/std::min\(percentile/std::max(percentile/' 'v, image by image, is .* and should be'
  # A function with other parameters replaces nothing.
  wrong 7 's/Index count, const Para/int count, const Para/' 'replaces 0 of the 1 functions'
else
  skip "no $answers: the track is not walked to its end"
fi
finish
