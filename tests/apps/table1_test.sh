#!/bin/bash
# triptych table1: rows on synthetic people, going on after a stop, the files it leaves, and what it says when
# asked wrongly.
. "$(dirname "$0")/cases.sh"

data="synthetic:24"
call table1 --data $data --split 1-2 --rows kissme,lomo-xqda --out "$work/table"
expect "two rows on two splits" status 0
expect "each row is printed as it is ready" output 'split +2 +XQDA'
expect "the table at the end" output '\| KISSME \| histogram \+ LBP \|'
for file in table1.json table1.md cmc.svg cmc.png report.html; do
  expect "$file is there" file "$work/table/$file"
done
is "each row has a file" [ "$(find "$work/table/rows" -name '*.json' | wc -l)" = 4 ]
rm "$(grep -l '"split": 2' "$work"/table/rows/lomo-xqda/*.json)"
call table1 --data $data --split 1-2 --rows kissme,lomo-xqda --out "$work/table"
expect "an unfinished table goes on" status 0
expect "with what was missing" output 'split +2 +XQDA.*computed'
expect "what was there is not measured again" output 'split +1 +KISSME.*reused'
expect "the table says so of each row" output 'XQDA .*1 computed, 1 reused'

call table1 --data synthetic:25 --split 1 --rows kissme --out "$work/table"
expect "other data in the same folder is measured anew" output 'split +1 +KISSME.*computed'
is "... and kept beside it" [ "$(ls "$work/table/rows/kissme" | wc -l)" = 3 ]

call table1 --data $data --split 1 --rows hand-scores --out "$work/scores"
expect "rows of several features are added" output 'weights: hand [0-9.]+, lomos-xqda'

# The images once more under Market-1501's names: 12 people train, the others are queries and gallery, one
# stranger among them.
call data $data --out "$work/drawn"
mkdir -p "$work/market"/{bounding_box_train,bounding_box_test,query}
for image in "$work"/drawn/cam_a/*.png; do
  number=$(basename "$image" .png) number=${number#img_}
  query=bounding_box_train gallery=bounding_box_train
  [ "$number" -gt 12 ] && query=query gallery=bounding_box_test
  cp "$work/drawn/cam_a/img_$number.png" "$work/market/$gallery/${number}_c1s1_000001_00.png"
  cp "$work/drawn/cam_b/img_$number.png" "$work/market/$query/${number}_c2s1_000002_00.png"
done
cp "$work/drawn/cam_a/img_0001.png" "$work/market/bounding_box_test/0000_c2s1_000003_00.png"
call table1 --data "$work/market" --rows lomo-xqda --out "$work/market-table"
expect "Market-1501's own queries and gallery" output '\| XQDA \| LOMO \|'
expect "... with the mean average precision" output 'mAP'
is "... are the protocol" grep -q '"protocol": "fixed"' "$work/market-table/table1.json"
call table1 --data "$work/market" --protocol pair --rows lomo-xqda --out "$work/pair-table"
expect "or ten draws of a pair of images of each person" output '\| XQDA \| LOMO \|'
is "... which is another protocol" grep -q '"protocol": "pair"' "$work/pair-table/table1.json"

call table1 --data $data --rows kisme --out "$work/wrong"
expect "an unknown row is an error" status 1
expect "that lists the rows there are" message 'kisme.*kissme'

call table1 --data $data --split 1 --rows cnn-ernn --recipes "$work/none" --out "$work/wrong"
expect "a missing recipe is an error" status 1
expect "that names the file" message 'none/prid450s.toml'

# The recipes, made small: two epochs, a start from another network, people held out.
tiny_recipe() { printf '%s\n' 'image-height = 52' 'image-width = 24' 'crop-height = 48' 'crop-width = 20' \
  'channels = 3,4' 'kernel = 3' \
  'hidden = 5' 'strips = 3' 'people = 4' 'epochs = 2' 'em-rounds = 1' "$@"; }
tiny_recipe 'data = "synthetic:16,blur=0.5"' 'validation = 0' >"$work/synthetic.toml"
tiny_recipe 'start = "runs/synthetic/model.safetensors"' 'validation = 0' >"$work/prid450s.toml"
tiny_recipe 'start = "runs/synthetic/model.safetensors"' 'validation = 4' >"$work/prid450s_held_out.toml"
call table1 --data $data --split 1 --rows cnn-ernn-hand --recipes "$work" --out "$work/fused"
expect "a network is trained and joined with features" status 0
expect "its weights are chosen on people that it did not learn from" output 'weights: hand'
expect "the network can be used by itself" file "$(echo "$work"/fused/networks/prid450s/*/model.safetensors)"

# An ensemble: networks that began differently, in no table unless it is asked for.
tiny_recipe 'data = "synthetic:16,blur=0.5"' 'data-seed = 2' 'validation = 0' >"$work/synthetic_others.toml"
tiny_recipe 'start = "runs/synthetic_others/model.safetensors"' 'validation = 0' >"$work/prid450s_others.toml"
tiny_recipe 'validation = 0' >"$work/ablation_em.toml"
tiny_recipe 'rnn = "none"' 'validation = 0' >"$work/ablation_strips.toml"
call table1 --data $data --split 1 --rows cnn-ernn-ensemble --recipes "$work" --out "$work/fused"
expect "an ensemble trains its members and adds their distances" status 0
expect "the ensemble is a row beside them" output 'these three, distances added'
is "the ensemble can be verified" "$program" verify "$work/fused"

tiny_recipe 'start = "runs/synthetic/model.safetensors"' 'validation = 0' >"$work/viper.toml"
tiny_recipe 'start = "runs/viper/model.safetensors"' 'validation = 0' >"$work/prid450s_viper.toml"
call table1 --data $data --split 1 --rows viper-start --recipes "$work" --out "$work/fused"
expect "a row that needs further data asks for it" status 1
expect "... by the name of its option" message '--viper'
call table1 --data $data --split 1 --rows viper-start --viper synthetic:14,noise=0.5 \
  --recipes "$work" --out "$work/fused"
expect "one start after the other" status 0
expect "the further data has a network of its own" file \
  "$(echo "$work"/fused/networks/viper/*/model.safetensors)"
# What README.md prints is what the command wrote: seven of the columns.
columns() { awk -F' *[|] *' -v OFS=' | ' '/ ± / { print "| " $2, $3, $4, $6, $7, $9, $10 " |" }' "$1"; }
rows=$(grep -E '^\| .* ± ' README.md)
strange=$(grep -vxFf <(columns apps/recipes/table1.md) <<<"$rows")
is "README.md's table has rows" [ "$(wc -l <<<"$rows")" -gt 8 ]
is "each is of a row of apps/recipes/table1.md${strange:+, but not: $strange}" [ -z "$strange" ]
finish
