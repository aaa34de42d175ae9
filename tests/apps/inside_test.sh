#!/bin/bash
# What a person sees who looks inside: gradcheck with its planted mistakes, the tape of a step, one image's
# way.
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"

# gradcheck
call gradcheck --op relu --json "$work/relu.json"
expect "gradcheck --op" status 0
expect "gradcheck: the formula" output '^relu .* ok +y = max\(0, x\)$'
expect "gradcheck: the worst element, always" output \
  'worst at input 0, element \[[0-9]+, [0-9]+\]: backward says [-0-9.]+, differences say'
expect "gradcheck: the elements around it" output '^--> \[[0-9]+, [0-9]+\]'
expect "gradcheck: what it means" output 'How to read this'
expect "gradcheck --json" file "$work/relu.json"
call gradcheck --op sponge
expect "gradcheck: an unknown op is an error" status 1
expect "gradcheck: and the ops are listed" message "no op 'sponge'.*relu"
call gradcheck --break relu
expect "gradcheck --break: a mistake that is found is a success" status 0
expect "gradcheck --break: says what is planted" output 'Planted in the backward of relu: .*right is'
expect "gradcheck --break: the op itself is right" output '^relu .* ok '
expect "gradcheck --break: the broken one is not" output '^relu, broken .* FAILED '
# Where x < 0 the slope is 0, and the broken backward lets dy through.
expect "gradcheck --break: element by element" output '\] +-[0-9.]+ +-?[0-9.]+[1-9][0-9]* +0\.000000  wrong$'
call gradcheck --break all
expect "gradcheck --break all" status 0
is "gradcheck --break all: every one is found" \
  [ "$(grep -c FAILED <<<"$output")" = "$(grep -c '^Planted' <<<"$output")" ]
call gradcheck --break sponge
expect "gradcheck --break: what can be broken is listed" message "sponge.*relu.*batch_norm"
call gradcheck --break relu --op relu
expect "gradcheck --break goes alone" message 'leave out --op'

# tape
tape=(tape "${tiny[@]}" --data synthetic:16)
call "${tape[@]}"
expect "tape" status 0
expect "tape: a line for each node" output '^ +0 +input +\[8, 60, 30, 3\]'
expect "tape: parameters by name" output 'parameter tier1\.block1\.convolution\.weight'
expect "tape: the sum" output '^ +sum +[0-9]+ '
expect "tape: the profile" output '^convolution2d +3 '
call "${tape[@]}" --dot -
expect "tape --dot -" status 0
is "tape --dot -: the graph alone" [ "$(head -1 <<<"$output") $(tail -1 <<<"$output")" = "digraph tape { }" ]
expect "tape --dot -: the rest is said on stderr" message '^device: '
call "${tape[@]}" --dot "$work/tape.dot"
expect "tape --dot FILE" file "$work/tape.dot"
call "${tape[@]}" --html "$work/tape.html"
expect "tape --html" status 0
expect "tape --html: says where and how many" output 'the tape of [0-9]+ nodes is in .*/tape\.html'
is "tape --html: the nodes, with the sources of their ops" grep -q '"op":"convolution2d"' "$work/tape.html"
is "tape --html: the formula" grep -q '"formula":"' "$work/tape.html"
is "tape --html: the page loads nothing from elsewhere" \
  bash -c "! grep -qE '(src|href)=\"https?:|@import|url\(' '$work/tape.html'"
call "${tape[@]}" --html "$work/tape.html" --dot -
expect "tape --html and --dot: one view at a time" message 'ask for one of them'
call "${tape[@]}" --html "$work/tape.html/nowhere/tape.html"
expect "tape --html: the folder is not there" message 'nowhere'
call "${tape[@]}" --dot - --step-through
expect "tape: one view at a time" message 'ask for one of them'
call "${tape[@]}" --step-through
expect "tape --step-through: no wait where nobody reads" status 0
expect "tape --step-through: the formula and its place" output \
  '^   y = max over 2x2 .*\(engine/ops/normalisation\.cpp:[0-9]+\)$'
expect "tape --step-through: statistics" output \
  '^   out +\[8, 60, 30, 4\] +min .* mean .* max .* norm .* zeros [0-9]+%$'
expect "tape --step-through: what backward does" output '^   saved: .*dbeta|^   saved: y, norm'
expect "tape --step-through: cotangents" output \
  '^   d of #[0-9]+ parameter tier3\.gate|^   d of #[0-9]+ parameter tier1\.block1\.norm\.gamma +complete$'
is "tape --step-through: there and back" \
  [ "$(grep -c '^-> #1 ' <<<"$output") $(grep -c '^<- #' <<<"$output" | sed 's/^[1-9].*/some/')" = "1 some" ]
if script -qec true /dev/null >/dev/null 2>&1; then
  # On a terminal: on to node 5, one more, and enough.
  walked=$(printf '5\n\nq\n' | script -qec "$program ${tape[*]} --step-through" /dev/null | tr -d '\r')
  is "tape --step-through: waits, runs on, ends" \
    [ "$(grep -oE -- '-> #[0-9]+' <<<"$walked" | tr -d '\n')" = "-> #0-> #5-> #6" ]
else
  skip "no script(1), or no pseudo-terminal for it: the pauses of tape --step-through were not tried"
fi

# explain
call train "${tiny_run[@]}" --out "$work/run"
expect "a model to explain" status 0
model=$work/run/model.safetensors
"$program" data synthetic:6 --out "$work/people" >/dev/null
a=$work/people/cam_a/img_0002.png b=$work/people/cam_b/img_0002.png
call explain --model "$model" --image "$a" --out "$work/one.png"
expect "explain" status 0
expect "explain: the tiers" output '^tier 2, .*ms\)$'
expect "explain: the patch map" output "^P's patch map, [0-9]+ x [0-9]+ patches"
expect "explain: the embedding" output "^P's embedding: 24 numbers, 3 strips of 8"
expect "explain: an image" file "$work/one.png"
call explain --model "$model" --image "$a" --image "$b" --out "$work/two.png"
expect "explain: two images" status 0
expect "explain: their image" file "$work/two.png"
distance=$(sed -n 's/^P and Q: distance d = \([0-9.]*\) .*/\1/p' <<<"$output")
added=$(sed -n 's/^sum of all contributions: .* to the cosine, \([0-9.]*\) to d/\1/p' <<<"$output")
is "explain: the contributions sum to the distance" \
  awk "BEGIN { d = $distance - $added; exit !(d * d < 1e-11) }"
mkdir "$work/gallery" && cp "$b" "$work/gallery/"
ranked=$("$program" rank --model "$model" --query "$a" --gallery "$work/gallery" --out "$work/s.png" \
  | awk '$1 == 1 { print $2 }')
is "explain: which is the one that rank prints" [ "$(printf %.4f "$distance")" = "$ranked" ]
call explain --model "$model" --image "$work/none.png"
expect "explain: a missing image is an error" message 'none\.png'
call explain --model "$model" --image "$a" --camera 1,2
expect "explain: a camera for each image" message '--camera wants a number for each --image'
call explain --model "$model" --image "$a" --out "$work/one.txt"
expect "explain: --out is a PNG" message 'must end in \.png'
finish
