#!/bin/bash
# patches: the maps of a model against what images show. --occlude: queries that are partly pasted over.
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"

call train "${tiny_run[@]}" --unit-strips --visible --gate context --em-step batch --em-threshold prior \
  --occlude-training 1 --occlude 0.25 --out "$work/run"
expect "train: with occluders, visible matching and the E step of batches" status 0
model=$work/run/model.safetensors

call patches --model "$model" --data synthetic:24 --threads 1
expect "patches" status 0
numbers="^s +[01]\.[0-9]{3} +[01]\.[0-9]{3} +(-|[01]\.[0-9]{3}) +(-|[01]\.[0-9]{3})$"
expect "patches: the map against both masks, beside positions" output "$numbers"
expect "patches: the gate" output '^gate +0\.[0-9]{3} '
call patches --model "$model" --data synthetic:24 --occlude 0.4 --threads 1
expect "patches: with pasted occluders" status 0
call data synthetic:8 --out "$work/people"
call patches --model "$model" --data "$work/people"
expect "patches: what a photograph shows is unknown" message 'give --data synthetic.*--occlude'
call patches --model "$model" --data "$work/people" --occlude 0.3 --threads 1
expect "patches: but what was pasted over it is known" output '^gate +- +- +[01]\.[0-9]{3} '

rank1() { grep -m1 '^this network' <<<"$output"; }
evaluate=(evaluate --model "$model" --data synthetic:24 --threads 1)
call "${evaluate[@]}"
clean=$(rank1)
call "${evaluate[@]}" --occlude 0.6
expect "evaluate --occlude" status 0
occluded=$(rank1)
call "${evaluate[@]}" --occlude 0.6 --out "$work/again"
is "evaluate --occlude: the same again" [ "$(rank1)" = "$occluded" ]
is "evaluate --occlude: and not as without" [ "$occluded" != "$clean" ]
call "${evaluate[@]}" --occlude 0.6 --test-occluders
expect "evaluate --test-occluders" status 0
call "${evaluate[@]}" --test-occluders
expect "evaluate --test-occluders: needs occluders" message 'give --occlude'
call "${evaluate[@]}" --occlude 2
expect "evaluate --occlude: a share" message '--occlude is 2'
call "${evaluate[@]}" --people validation
expect "evaluate --people validation" output '^3 queries; gallery: 3 images'
call explain --model "$model" --image "$work/people/cam_a/img_0001.png"
expect "explain: not for unit strips" message 'has --unit-strips'
call export --model "$model" --onnx "$work/model.onnx"
expect "export --onnx: not for unit strips" message 'without --unit-strips'

# Rows of a table on occluded queries, with recipes made small.
for recipe in occluded occluded_em occluded_oracle; do
  {
    grep -vE '^(#|image-|crop-|camera-|people|epochs|test-)' "apps/recipes/$recipe.toml"
    printf 'image-height = 64\nimage-width = 32\ncrop-height = 60\ncrop-width = 30\nchannels = [4,8,8]\n'
    printf 'hidden = 8\nstrips = 3\npeople = 4\nepochs = 3\n'
  } >"$work/$recipe.toml"
done
call table1 --data synthetic:16 --split 1 --rows occluded --recipes "$work" --out "$work/table" --threads 1
expect "table1: rows on occluded queries" status 0
for row in "without EM" "with EM" "with the true masks"; do
  expect "table1: 25% occluded, $row" output "^\| 25% of each query occluded, $row \| network \| [0-9]"
done
call verify "$work/table/table1.json"
expect "verify: their keys and figures follow from their inputs and ranks" output 'verified: 6 rows, 6 keys'
finish
