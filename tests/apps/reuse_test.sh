#!/bin/bash
# Results are reused for equal inputs and for no others, test figures are of people that the model never saw,
# and `triptych verify` notices what was changed afterwards.
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"

# Two splits of 16 people: odd against even numbers, and the first half against the second.
echo '[[1,3,5,7,9,11,13,15,2,4,6,8,10,12,14,16]]' >"$work/a.json"
echo '[[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]]' >"$work/b.json"
table() { call table1 --data synthetic:16 --threads 1 --recipes "$work" "$@"; }
rank1() { grep -oE 'rank 1 +[0-9.]+' <<<"$output" | tail -1; }

# ---- rows
table --splits "$work/b.json" --rows lomo-xqda --out "$work/fresh"
fresh=$(rank1)
table --splits "$work/a.json" --rows lomo-xqda --out "$work/t"
first=$(rank1)
table --splits "$work/b.json" --rows lomo-xqda --out "$work/t"
expect "other splits in the same folder are computed" output 'XQDA.*computed'
is "... and give what a fresh folder gives ($fresh)" [ "$(rank1)" = "$fresh" ]
is "... and not what stood there ($first)" [ "$first" != "$fresh" ]
table --splits "$work/a.json" --rows lomo-xqda --out "$work/t"
expect "the first splits are still there" output 'XQDA.*reused'
is "... with their figures" [ "$(rank1)" = "$first" ]

# ---- networks
recipe() { printf '%s\n' 'image-height = 52' 'image-width = 24' 'crop-height = 48' 'crop-width = 20' \
  'channels = 3,4' 'kernel = 3' \
  'hidden = 5' 'strips = 3' 'people = 4' 'em-rounds = 1' 'validation = 0' "$@"; }
recipe 'epochs = 2' >"$work/prid450s.toml"
table --splits "$work/b.json" --rows cnn-ernn --out "$work/fresh"
fresh=$(rank1)
table --splits "$work/a.json" --rows cnn-ernn --out "$work/t"
table --splits "$work/b.json" --rows cnn-ernn --out "$work/t"
expect "a network of other splits is trained" output '8 people train, 0 validate, 8 test'
is "... and gives what a fresh folder gives ($fresh)" [ "$(rank1)" = "$fresh" ]
is "... beside the first" [ "$(ls "$work/t/networks/prid450s" | wc -l)" = 2 ]
table --splits "$work/a.json" --rows cnn-ernn --out "$work/t"
expect "the first is still there" output 'CNN \+ ERNN.*reused'
recipe 'epochs = 3' >"$work/prid450s.toml"
table --splits "$work/a.json" --rows cnn-ernn --out "$work/t"
expect "another recipe is another network" output 'CNN \+ ERNN.*computed'
is "... beside both" [ "$(ls "$work/t/networks/prid450s" | wc -l)" = 3 ]

# ---- verify
call verify "$work/t"
expect "a table verifies" status 0
expect "... with its rows and networks" output '2 rows, 2 keys, 1 networks and all figures'
call verify "$work/t" --again 1 --threads 1
expect "... and computed again from the images" output 'the same ranks'
# forged NAME SED MESSAGE: a changed table must not verify.
forged() {
  mkdir -p "$work/forged"
  sed -E "$2" "$work/t/table1.json" >"$work/forged/table1.json"
  is "$1: something was changed" bash -c "! cmp -s '$work/t/table1.json' '$work/forged/table1.json'"
  call verify "$work/forged"
  expect "$1 is noticed" status 1
  expect "$1 is named" message "$3"
}
forged "another figure" '0,/"1": [0-9.]+/s//"1": 99.5/' 'cmc\.1 is 99\.5, but'
forged "another rank" '0,/"ranks": \[\[[0-9]+\]/s//"ranks": [[8]/' 'when it is computed again'
forged "another test person" '0,/"test": \[[0-9]+/s//"test": [0/' 'identity 0 is learned from|is not among'
forged "other training people" '0,/"train": \[[0-9]+/s//"train": [15/' 'is learned from and tested on'
forged "other images" '0,/"images": "[0-9a-f]/s//"images": "x/' 'key is|trained with other'
forged "another result version" 's/"results version": "1"/"results version": "0"/' 'version 0'
forged "another option of a network" 's/"epochs": "3"/"epochs": "4"/' 'nothing is said of the network'
forged "another key" '0,/"key": "[0-9a-f]{4}/s//"key": "ffff/' 'key is'
cp "$work/t/table1.json" "$work/forged/"
sed 's/| XQDA |/| XQDB |/' "$work/t/table1.md" >"$work/forged/table1.md"
call verify "$work/forged"
expect "another table1.md is noticed" message 'table1\.md: line [0-9]+'
call verify "$work/nothing"
expect "a path that is not there" message 'there is no .*nothing'

# ---- runs
call train "${tiny_run[@]}" --epochs 2 --out "$work/run"
call verify "$work/run"
expect "a run verifies" output '1 trainings, and all figures of 1'
sed -i -E '0,/"1": [0-9.]+/s//"1": 99.5/' "$work/run/results.json"
call verify "$work/run"
expect "a changed figure of a run is noticed" message 'cmc\.1 is 99\.5'
model=$work/run/model.safetensors

# ---- leaks
call evaluate --model "$model" --data synthetic:24 --split 1 --threads 1
expect "people that the model never saw" status 0
call evaluate --model "$model" --data synthetic:24 --split 2 --threads 1
expect "another split tests people that it was trained on" status 1
expect "... which is said, with a way out" message 'was trained on [0-9]+ of the 12 people.*--people train'
call evaluate --model "$model" --data synthetic:24 --split 2 --people train --threads 1
expect "it can be asked for" status 0
call data synthetic:24 --out "$work/drawn"
call evaluate --model "$model" --data "$work/drawn" --split 2 --threads 1
expect "the same images under other names are known" message 'was trained on [0-9]+ of'
call evaluate --model "$model" --data synthetic:24 --split 2 --people all --threads 1
expect "--split with --people all has no effect, which is an error" message '--people all.*no effect'
call train "${tiny_run[@]}" --epochs 1 --split 2 --start "$model" --out "$work/leak"
expect "nor does training start from a model that knows the test people" message 'was trained on [0-9]+ of'

# ---- resuming
cp -r "$work/run" "$work/resumed" && rm "$work/resumed/results.json"
cp -r "$work/drawn" "$work/changed"
sed -i "s#^data=.*#data=\"$work/changed\"#" "$work/resumed/config.toml"
call train --out "$work/resumed" --resume --threads 1
expect "a run goes on with its own images alone" status 1
expect "... and the difference is named" message 'another input, images \(was'

# ---- at the same time
flock -n "$work/t" "$program" table1 --data synthetic:16 --rows lomo-xqda --out "$work/t" \
  >/dev/null 2>"$work/locked"
is "a folder that is being written is left alone" grep -q 'in use by another triptych' "$work/locked"
is "... which names it" grep -qF "$work/t" "$work/locked"
flock -n "$work/t" "$program" verify "$work/t" >"$work/read" 2>&1
is "a reader of such a folder is not refused" grep -q 'rows, .* and all figures' "$work/read"

# ---- the tables that come with the sources
for file in apps/recipes/table1.json apps/recipes/table1_viper.json; do
  call verify "$file"
  expect "$file verifies" status 0
done
finish
