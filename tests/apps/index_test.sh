#!/bin/bash
# Searching: index, rank in an index, embed of any folder.
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"

call train "${tiny_run[@]}" --out "$work/run"
expect "a model to work with" status 0
model=$work/run/model.safetensors index=$work/people.index
"$program" data synthetic:6 --out "$work/people" >/dev/null
sql() { sqlite3 "$index" "$1"; }

# ---- made, added to, brought up to date --------------------------------------------------------------------
call index --model "$model" --out "$index" "$work/people/cam_a"
expect "index" status 0
expect "index: what was done" output '^6 images looked at: 6 new, 0 changed, 0 as before; 6 embedded, 0 taken'
expect "index: what it is now" output 'people\.index: 6 images, 24 numbers each$'
expect "index: the rows of a search beside it" file "$index.rows"
call index --model "$model" --out "$index" "$work/people/cam_a"
expect "index: once more, nothing is embedded" output '0 new, 0 changed, 6 as before; 0 embedded'
call index add "$index" "$work/people"
expect "index add: the layout of the whole folder tells people and cameras" output \
  'people as in the layout PRID-450S'
expect "index add: other cameras are other embeddings" output '6 new, 6 changed, 0 as before; 12 embedded'
cp "$work/people/cam_b/img_0001.png" "$work/people/cam_b/img_0007.png"
cp "$work/people/cam_b/img_0002.png" "$work/people/cam_b/img_0003.png"
rm "$work/people/cam_b/img_0004.png"
call index update "$index"
expect "index update" status 0
expect "index update: known contents are not embedded again, what is gone is taken out" output \
  ' 1 new, 1 changed, .* 0 embedded, 1 taken out$'
expect "index update: as many as there are" output 'people\.index: 12 images'
call index show "$index"
expect "index show: the images" output '^images +12, 24 numbers each'
expect "index show: the model" output "^model +$model$"
expect "index show: the folders" output "^folder +$work/people$"
if command -v sqlite3 >/dev/null; then
  is "index: other tools read it" [ "$(sql 'SELECT count(*) FROM image WHERE camera = 2')" = 6 ]
  is "index: a hash of each image's bytes" [ \
    "$(sql "SELECT content FROM image WHERE path LIKE '%cam_a/img_0002.png'")" = \
    "$(sha256sum <"$work/people/cam_a/img_0002.png" | cut -d' ' -f1)" ]
  is "index: an embedding of four bytes a number" \
    [ "$(sql 'SELECT min(length(vector)) FROM embedding')" = 96 ]
else
  skip "sqlite3 is not here (package sqlite3)"
fi

# ---- searched ----------------------------------------------------------------------------------------------
query=$work/people/cam_b/img_0002.png
call rank --gallery "$index" --query "$query" --top 3 --json "$work/found.json" --csv "$work/found.csv" \
  --out "$work/sheet.png"
expect "rank in an index needs no --model" status 0
# img_0003 of camera b is a copy of the query: equal distances are in the order in which images were added.
expect "rank: what it found, with person and camera" output \
  '^ +1 +0\.0000 +.*cam_b/img_0002\.png  person 0002, camera 2$'
expect "rank: a copy comes second" output '^ +2 +0\.0000 +.*cam_b/img_0003\.png'
expect "rank --out" file "$work/sheet.png"
is "rank --csv: a line for each image" [ "$(wc -l <"$work/found.csv")" = 4 ]
is "rank --csv: the columns" grep -qx 'query,rank,distance,file,person,camera' "$work/found.csv"
is "rank --json: three matches" [ "$(grep -c '"rank"' "$work/found.json")" = 3 ]
is "rank --json: camera and person" grep -q '"person": "0002"' "$work/found.json"
call rank --model "$model" --gallery "$work/people/cam_a" --query "$query" --top 20 \
  --csv "$work/folder.csv"
is "rank: a folder and an index of it give the same distances" diff \
  <("$program" rank --gallery "$index" --query "$query" --top 20 --csv /dev/stdout |
    grep -o '[^,]*,[^,]*/cam_a/[^,]*') \
  <(grep -o '[^,]*,[^,]*/cam_a/[^,]*' "$work/folder.csv")
for threads in 1 2; do
  "$program" rank --gallery "$index" --query "$work/people" --threads $threads --json "$work/$threads.json" \
    >/dev/null
done
is "rank: a folder of queries, the same for any number of threads" cmp "$work/1.json" "$work/2.json"
is "rank: all of them" [ "$(grep -c '"query"' "$work/1.json")" = 12 ]
rm "$index.rows" && mkdir "$index.rows"
call rank --gallery "$index" --query "$work/people" --threads 1 --json "$work/slow.json"
expect "rank: rows that cannot be written are told" message 'people\.index\.rows.*takes longer'
is "rank: and change nothing" cmp "$work/1.json" "$work/slow.json"
rmdir "$index.rows"

# ---- what goes wrong ---------------------------------------------------------------------------------------
head -c 1000 "$query" >"$work/people/cam_a/img_0009.png"
call index update "$index"
expect "index: an image that cannot be read is an error" status 1
expect "index: it is named" message 'left out: .*img_0009\.png'
expect "index: and what to do" message 'triptych index update'
expect "index: the others are there" output 'people\.index: 12 images'
rm "$work/people/cam_a/img_0009.png"
"$program" train "${tiny_run[@]}" --seed 2 --out "$work/other" >/dev/null
call rank --gallery "$index" --model "$work/other/model.safetensors" --query "$query"
expect "rank: an index of another model is an error" status 1
expect "rank: which names both and their keys" message \
  '^triptych: the index .*run/model.safetensors \(key [0-9a-f]{16}\).*other/.*safetensors \(key [0-9a-f]+\)'
call index --model "$work/other/model.safetensors" --out "$index" "$work/people"
expect "index: nor is it added to" message 'cannot be compared'
mv "$work/run" "$work/moved"
call rank --gallery "$index" --query "$query"
expect "rank: a model that is gone is an error" message 'say with --model where it is now'
model=$work/moved/model.safetensors
call rank --gallery "$index" --model "$model" --query "$query"
expect "rank: the same model elsewhere will do" status 0
call index remove "$index" "$work/people/cam_a/img_0001.png"
expect "index remove: one image" output '^1 image taken out$'
expect "index remove: what an update would add again is told" message 'still there, below .*people'
call index update "$index" --model "$model"
expect "index update: and adds it" output ' 1 new, '
mv "$work/people" "$work/unmounted"
call index update "$index" --model "$model"
expect "index update: a folder that is gone is an error" status 1
expect "index update: and loses nothing" output 'people\.index: 12 images'
call index remove "$index" "$work/people/cam_b"
expect "index remove" output '^6 images taken out$'
call index remove "$index" "$work/people/cam_b"
expect "index remove: what is not there is an error" message 'no image at .*cam_b'
call index remove "$index" "$work/people"
call rank --gallery "$index" --model "$model" --query "$work/unmounted/cam_a/img_0001.png"
expect "rank: an empty index is an error" message 'is empty; add images'
call rank --gallery "$model" --model "$model" --query "$work/unmounted/cam_a/img_0001.png"
expect "rank: a file that is no index is an error" message 'is not an index'
call index --model "$model" --out "$work/moved/config.toml" "$work/unmounted"
expect "index: a file of another kind is not touched" message 'is not an index'
is "index: it is as it was" grep -q epochs "$work/moved/config.toml"
call index --model "$model" --out "$work/none.index" "$work/nowhere"
expect "index: a folder that is not there" message 'there is no folder'
call index updat "$index"
expect "index: a subcommand that there is not" message "no folder 'updat', .* add, update, remove and show"
call rank --gallery "$work/nowhere" --query "$work/unmounted/cam_a/img_0001.png"
expect "rank: a gallery that is not there" message 'there is no folder or index .*nowhere'
call index --model "$model" "$work/unmounted"
expect "index without --out is a wrong command line" status 2
call rank --gallery "$work/unmounted/cam_a" --query "$work/unmounted/cam_a/img_0001.png"
expect "rank in a folder needs a model" message '^triptych: --model is missing'
# No file may grow beyond so many KiB, as on a full disk.
(trap '' XFSZ; ulimit -f 16
  "$program" index --model "$model" --out "$work/full.index" "$work/unmounted" >/dev/null \
    2>"$work/full.message")
is "index: a full disk is an error" [ $? = 1 ]
is "index: which names the file" grep -q '^triptych: .*full\.index' "$work/full.message"
call index --model "$model" --out "$work/full.index" "$work/unmounted"
expect "index: and goes on when there is room" output 'full\.index: 12 images'

query_elsewhere=$work/unmounted/cam_b/img_0002.png
"$program" data synthetic:8 --seed 9 --out "$work/strangers" >/dev/null
cp "$work/strangers/cam_a/img_0008.png" "$work/stranger.png"

# ---- killed ------------------------------------------------------------------------------------------------
is "index: four kills lose nothing and leave nothing twice" \
  env IMAGES=320 tests/scripts/index_kills.sh "$program" 4

# ---- people who are not in the gallery ---------------------------------------------------------------------
call rank --gallery "$work/full.index" --model "$model" --query "$query_elsewhere" --threshold auto
expect "rank --threshold auto: thresholds must have been chosen" message \
  'evaluate --model .* --save-thresholds'
call evaluate --model "$model" --data synthetic:24 --save-thresholds
expect "evaluate: TPIR and FAR" output \
  '^open set: thresholds from 12 searches of training people among 12 images'
expect "evaluate: a line for each FAR" output '^1\.0 +[0-9.]+ +[0-9.]+ +[0-9.]+$'
expect "evaluate: what 12 searches cannot tell" output 'too few for this FAR'
call rank --gallery "$work/full.index" --model "$model" --query "$query_elsewhere" --threshold auto
expect "rank --threshold auto: says what it is" output '^threshold [0-9.]+: at most 1\.0% false alarms'
call rank --gallery "$work/full.index" --model "$model" --query "$work/unmounted/cam_b" --threshold 0 \
  --json "$work/open.json"
is "rank --threshold: six images of the gallery are there" \
  [ "$(grep -c '"in_gallery": true' "$work/open.json")" = 6 ]
call rank --gallery "$work/full.index" --model "$model" --query "$work/stranger.png" --threshold 0
expect "rank --threshold: another is not in the gallery" output \
  '^not in the gallery: no image is within 0\.0000$'
call rank --gallery "$work/full.index" --model "$model" --query "$query_elsewhere" --threshold near
expect "rank --threshold: a word" message 'neither auto nor a distance'
call evaluate --model "$model" --data synthetic:24 --rerank --no-open-set
expect "evaluate --rerank" output '^re-ranked +[0-9.]+'
is "evaluate --no-open-set" bash -c "! grep -q 'open set' <<<'$output'"

# ---- embed of any folder -----------------------------------------------------------------------------------
mkdir -p "$work/photos/2026" && cp "$work/unmounted/cam_a/img_0001.png" "$work/photos/one.png"
cp "$work/unmounted/cam_b/img_0002.png" "$work/photos/2026/two.png"
call embed --model "$model" "$work/photos" --out "$work/photos.npy"
expect "embed of a folder without a layout" status 0
is "embed: its images, of unknown people" grep -qx "1,$work/photos/one.png,,0" "$work/photos.csv"
is "embed: the numbers" [ "$(stat -c %s "$work/photos.npy")" = $((128 + 2 * 24 * 4)) ]
echo x >"$work/photos/bad.jpg"
call embed --model "$model" "$work/photos" --out "$work/photos.npy"
expect "embed: an image that cannot be read is an error" status 1
expect "embed: it is named" message 'left out: .*bad\.jpg'
is "embed: the others are there" [ "$(wc -l <"$work/photos.csv")" = 3 ]
finish
