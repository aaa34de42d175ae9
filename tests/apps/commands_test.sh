#!/bin/bash
# What can be done with a model: evaluate, rank, embed; and devices.
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"

call train "${tiny_run[@]}" --out "$work/run"
expect "a model to work with" status 0
model=$work/run/model.safetensors

call evaluate --model "$model" --data synthetic:24 --out "$work/evaluated" --json "$work/evaluated.json"
expect "evaluate" status 0
expect "evaluate: a table" output '^this network +[0-9]'
is "evaluate finds what the run found" cmp <(grep -m1 -A5 '"cmc"' "$work/run/results.json") \
  <(grep -m1 -A5 '"cmc"' "$work/evaluated.json")
expect "evaluate --out: a sheet" file "$work/evaluated/ranks.png"
call evaluate --model "$model" --data synthetic:24 --people all
expect "evaluate --people all: everybody is in the gallery" output \
  '24 queries; gallery: 24 images of 24 people'
call evaluate --model "$model" --data synthetic:24 --protocol pair
expect "evaluate --protocol pair" output 'protocol pair'

"$program" data synthetic:6 --out "$work/people" >/dev/null
call rank --model "$model" --query "$work/people/cam_b/img_0002.png" --gallery "$work/people/cam_a" --top 3 \
  --out "$work/s.png"
expect "rank" status 0
is "rank: so many as were asked for" [ "$(grep -cE '^ +[0-9]+ +[0-9.]+ +.*\.png$' <<<"$output")" = 3 ]
expect "rank: the sheet" file "$work/s.png"
call rank --model "$model" --query "$work/people/cam_a/img_0002.png" --gallery "$work/people/cam_a" \
  --out "$work/s.png"
expect "rank: an image finds itself first, at no distance" output '^ +1 +0\.0000 .*img_0002\.png$'
call rank --model "$model" --query "$work/people/cam_b/img_0002.png" --query-camera 2 \
  --gallery "$work/people/cam_a" --out "$work/s.png"
expect "rank: a camera, of a model that knows none, is an error" status 1
expect "rank: and says what to do" message '--query-camera 2: .* leave the option out'
head -c 2000 "$work/people/cam_a/img_0001.png" >"$work/people/cam_a/img_0009.png"
call rank --model "$model" --query "$work/people/cam_b/img_0002.png" --gallery "$work/people/cam_a" \
  --out "$work/s.png"
expect "rank: with an image that cannot be read the status says so" status 1
expect "rank: it is named" message 'left out: .*img_0009\.png'
expect "rank: and counted" message '^triptych: 1 of the 7 images in .*cam_a cannot be read'
expect "rank: the others are ranked" output '^ +1 +[0-9.]+ .*\.png$'
cp -r "$work/people/cam_b" "$work/mixed" && mkdir "$work/mixed/more"
cp "$work/people/cam_b/img_0001.png" "$work/mixed/more/" && echo x >"$work/mixed/a.webp"
mixed=(rank --model "$model" --query "$work/people/cam_b/img_0002.png" --gallery "$work/mixed" \
  --out "$work/s.png")
call "${mixed[@]}"
expect "rank: images of other formats are counted" message '1 images of formats that are not read.*webp'
expect "rank: images in sub-folders, too" message '1 images are in sub-folders.*more'
expect "rank: what was not searched shows in the status" status 1
rm "$work/mixed/a.webp"
call "${mixed[@]}"
expect "rank: a sub-folder is told, and no error" status 0
call rank --model "$model" --query "$work/people/cam_a/img_0009.png" --gallery "$work/people/cam_a" \
  --out "$work/s.png"
expect "rank: a query that cannot be read is an error" status 1
mkdir "$work/none"
call rank --model "$model" --query "$work/people/cam_b/img_0002.png" --gallery "$work/none" \
  --out "$work/s.png"
expect "rank: an empty gallery is an error" message 'no images in'
call rank --model "$model" --query "$work/people/cam_b/img_0002.png" --gallery "$work/people/cam_a" \
  --out /dev/full/s.png
expect "rank: a sheet that cannot be written is an error" status 1

call embed --model "$model" --data "$work/people" --out "$work/x.txt"
expect "embed wants a .npy" message '\.npy'
rm "$work/people/cam_a/img_0009.png"
call embed --model "$model" --data "$work/people" --out "$work/x.npy"
expect "embed" status 0
echo x >"$work/people/cam_a/img_0010.webp"
call embed --model "$model" --data "$work/people" --out "$work/x.npy"
expect "embed: images of other formats are told" output '1 images of formats that are not read.*webp'
rm "$work/people/cam_a/img_0010.webp"
# 12 images, 3 strips of 8 numbers, 4 bytes each, behind a header of 128 bytes.
is "embed: the numbers" [ "$(stat -c %s "$work/x.npy")" = $((128 + 12 * 24 * 4)) ]
is "embed: a line for each image" [ "$(wc -l <"$work/x.csv")" = 13 ]
is "embed: the lines say who" grep -qE '^0,.*cam_a/img_0001\.png,[0-9]+,1$' "$work/x.csv"

call devices
expect "devices" status 0
expect "devices: reference is here" output '^reference +here'
expect "devices: the processor" output '^processor: .*threads$'
finish
