#!/bin/bash
# embed, index, rank and table1 by several ranks, started by mpirun on this machine, find what one process
# finds.
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"
. "$(dirname "$0")/mpirun.sh"

call train "${tiny_run[@]}" --epochs 1 --out "$work/run"
model=$work/run/model.safetensors
call data synthetic:70 --out "$work/people"
# Two images of the gallery are equal, and so are their distances.
cp "$work/people/cam_a/img_0007.png" "$work/people/cam_a/img_0200.png"
mkdir "$work/queries" && cp "$work"/people/cam_b/img_000*.png "$work/queries"

call embed --model "$model" --data "$work/people" --out "$work/one.npy"
call_ranks 3 embed --model "$model" --data "$work/people" --out "$work/three.npy"
expect "three ranks embed" status 0
is "the same embeddings" cmp "$work/one.npy" "$work/three.npy"

# The rows of an index without its header, whose state is random: norms, ids and embeddings.
same_rows() { cmp -i 4096 "$work/one.index.rows" "$1.rows"; }
call index --model "$model" --out "$work/one.index" "$work/people/cam_a"
call rank --gallery "$work/one.index" --query "$work/queries" --top 20 --csv "$work/found_1.csv" \
  --json "$work/found_1.json"
for ranks in 2 3; do
  index=$work/by_$ranks.index found=$work/found_$ranks
  call_ranks $ranks index --model "$model" --out "$index" "$work/people/cam_a"
  expect "$ranks ranks make an index" status 0
  expect "$ranks ranks: the first one prints" output '71 new, 0 changed, 0 as before; 70 embedded'
  is "$ranks ranks: the same ids and embeddings" same_rows "$index"
  rm "$index.rows" # the first rank makes it again
  call_ranks $ranks rank --gallery "$index" --query "$work/queries" --top 20 --csv "$found.csv" \
    --json "$found.json"
  expect "$ranks ranks search" status 0
  is "$ranks ranks: the same table" cmp "$work/found_1.csv" "$found.csv"
  is "$ranks ranks: the same JSON" cmp <(grep -v '"gallery"' "$work/found_1.json") \
    <(grep -v '"gallery"' "$found.json")
done
# rank, distance of the two equal images, for each query that found both
pairs=$(awk -F, '$4 ~ /img_0007.png/ { rank = $2; d = $3 }
  $4 ~ /img_0200.png/ { print $2 - rank, $3 == d }' "$work/found_2.csv" | sort -u)
is "of equal images the earlier one comes first" [ "$pairs" = "1 1" ]
call rank --model "$model" --gallery "$work/people/cam_a" --query "$work/queries" --csv "$work/folder.csv"
call_ranks 2 rank --model "$model" --gallery "$work/people/cam_a" --query "$work/queries" \
  --csv "$work/folder_2.csv"
is "so do they in a folder" cmp "$work/folder.csv" "$work/folder_2.csv"

call index add "$work/one.index" "$work/people/cam_b"
call_ranks 3 index add "$work/by_3.index" "$work/people/cam_b"
expect "three ranks add" output '70 new'
is "the same rows" same_rows "$work/by_3.index"
rm "$work/people/cam_a/img_0200.png"
cp "$work/people/cam_a/img_0001.png" "$work/people/cam_a/img_0300.png"
call index update "$work/one.index"
call_ranks 2 index update "$work/by_3.index"
expect "two ranks update" output '1 new, 0 changed, 140 as before; 0 embedded, 1 taken out'
is "the same rows again" same_rows "$work/by_3.index"
call_ranks 2 index show "$work/by_3.index"
expect "what needs one process says so" message "'index show' is not for several ranks"
call_ranks 2 index update "$work/none.index"
expect "an error of the first rank ends all" message 'there is no index .*none.index'
is "and is said once" [ "$(grep -c 'there is no index' <<<"$message")" = 1 ]

# A rank that is killed leaves the index whole. Many images are drawn soonest as copies of a few: what stands
# behind the end of a PNG makes each another file.
for copy in $(seq 10); do
  mkdir -p "$work/many/$copy"
  cp "$work"/people/cam_a/*.png "$work/many/$copy"
  for file in "$work/many/$copy"/*; do echo "$copy" >>"$file"; done
done
images_of() { "$program" index show "$1" | sed -n 's/^images *\([0-9]*\),.*/\1/p'; }
begun() { [ "$(images_of "$work/by_3.index")" -gt 200 ]; }
kill_rank begun index add "$work/by_3.index" "$work/many"
expect "a sentence says what is left" message 'one of its ranks has died. What is in the index stays there'
call_ranks 2 index add "$work/by_3.index" "$work/many"
expect "the same command goes on" output '710 images looked at: [0-9]+ new, 0 changed, [1-9][0-9]+ as before'
call index add "$work/one.index" "$work/many"
is "to the same rows" same_rows "$work/by_3.index"

# A table: rows with a network and without one, on two splits.
mkdir "$work/recipes"
printf '%s\n' 'image-height = 52' 'image-width = 24' 'crop-height = 48' 'crop-width = 20' 'channels = 3,4' \
  'kernel = 3' 'hidden = 5' 'strips = 3' 'people = 4' 'epochs = 24' 'em-rounds = 2' 'validation = 0' |
  tee "$work/recipes/prid450s.toml" >"$work/recipes/synthetic.toml"
echo 'data = "synthetic:16,blur=0.5"' >>"$work/recipes/synthetic.toml"
echo 'start = "runs/synthetic/model.safetensors"' >>"$work/recipes/prid450s.toml"
table=(--data synthetic:24 --split 1-2 --rows kissme,lomo-xqda,cnn-ernn --threads 1)
# What rows found, without the times that they took.
figures() { grep -vE '"([a-z]*_?seconds|query_microseconds|command)":' "$1/table1.json"; }
call table1 "${table[@]}" --recipes "$work/recipes" --out "$work/table"
expect "a table by one process" status 0
call_ranks 3 table1 "${table[@]}" --recipes "$work/recipes" --out "$work/table_3"
expect "three ranks make a table" status 0
is "the same figures" cmp <(figures "$work/table") <(figures "$work/table_3")

# The networks take long enough for a rank to be killed after the first row.
has_row() { ls "$work"/killed/rows/*/*.json >/dev/null; }
kill_rank has_row table1 "${table[@]}" --recipes "$work/recipes" --out "$work/killed"
expect "a sentence says so" message 'one of its ranks has died[;.].* ready are .*same command goes on'
is "there is no table yet" [ ! -e "$work/killed/table1.json" ]
call_ranks 3 table1 "${table[@]}" --recipes "$work/recipes" --out "$work/killed"
expect "another number of ranks goes on" status 0
expect "with the rows that were ready" output 'split +[12] +(KISSME|XQDA).*reused'
wherever() { figures "$1" | grep -vE '"(row|reused)":'; } # they were computed
is "to the same figures" cmp <(wherever "$work/table") <(wherever "$work/killed")
finish
