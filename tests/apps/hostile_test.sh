#!/bin/bash
# Files that would break a program: images, models, splits and config files that are damaged or lie about what
# they hold, names that would break a page, and a small stack. Each ends in a sentence that names the file, or
# in the right result, in moderate time and memory (tests/datasets, tests/engine and tests/reid look closer).
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"
hostile=$(dirname "$0")/../hostile

# bounded ARGUMENTS...: like call, with 20 s and 2 GiB of address space at most, so that what hangs or takes
# everything is a FAILED and not the end of the machine. (A sanitizer reserves terabytes.)
bounded() {
  command_line="triptych $*"
  (
    case $program in */address* | */thread*) ;; *) ulimit -v 2097152 ;; esac
    timeout 20 "$program" "$@" >"$work/.output" 2>"$work/.message" </dev/null
  )
  status=$?
  output=$(cat "$work/.output") message=$(cat "$work/.message")
}
# refused NAME REGEX ARGUMENTS...: status 1 and one line that says why.
refused() {
  local name=$1 pattern=$2
  shift 2
  bounded "$@"
  expect "$name: refused" status 1
  expect "$name: says why" message "$pattern"
}

call train "${tiny_run[@]}" --epochs 1 --out "$work/run"
expect "a model to work with" status 0
model=$work/run/model.safetensors

# ---- images: a folder of two cameras with one hostile image more in each
"$program" data synthetic:3 --out "$work/people" >/dev/null
rm "$work/people/partition_10trials.json"
# broken_image NAME FILE REGEX: `data` names it and counts it, `explain` refuses it.
broken_image() {
  local set=$work/set
  rm -rf "$set" && cp -r "$work/people" "$set"
  cp "$2" "$set/cam_a/img_0009.${2##*.}" && cp "$2" "$set/cam_b/img_0009.${2##*.}"
  bounded data "$set"
  expect "$1: data fails" status 1
  expect "$1: data counts it" message '^triptych: 2 of the 8 images of .* cannot be read'
  expect "$1: data names it" output "img_0009\\.${2##*.}.*$3"
  refused "$1: explain" "$(basename "$2").*$3" explain --model "$model" --image "$2" --out "$work/x.png"
}
broken_image "a Huffman table of too many symbols" "$hostile/huffman_symbols.jpg" 'Huffman tables is damaged'
broken_image "a Huffman table of too many codes" "$hostile/huffman_codes.jpg" 'Huffman tables is damaged'
broken_image "693 bytes that declare 2 GB" "$hostile/size_26000.jpg" 'declares 26000 x 26000 pixels'
broken_image "a PNG of gigabytes" "$hostile/sides.png" 'pixels; 33554432 in all are allowed'
printf 'P6\n0 0\n255\n' >"$work/empty.ppm"
broken_image "an image of 0 x 0" "$work/empty.ppm" 'empty image of 0 x 0'
{ printf 'BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\0\0\0\0\x40\0\0\0\x01\0\x18\0' && head -c 100 /dev/zero; } \
  >"$work/width.bmp"
broken_image "a BMP without width" "$work/width.bmp" 'empty image of 64 x 0'
if mkfifo "$work/pipe.png" 2>/dev/null; then
  refused "a pipe for an image" 'pipe\.png.*a pipe or a device' explain --model "$model" \
    --image "$work/pipe.png" --out "$work/x.png"
fi
ln -s /dev/zero "$work/endless.png"
refused "a device for an image" 'endless\.png.*a pipe or a device' explain --model "$model" \
  --image "$work/endless.png" --out "$work/x.png"
# 16 bits a sample, big-endian: 0x1234 is 18 of 255.
printf 'P6\n2 1\n65535\n\x12\x34\xff\xff\x00\x00\x80\x00\x00\x00\xff\xff' >"$work/deep.ppm"
bounded explain --model "$model" --image "$work/deep.ppm" --out "$work/x.png"
expect "an image of 16 bits a sample is read" status 0
mkdir -p "$work/sets/ann" && cp "$hostile/orientation_6.jpg" "$work/sets/ann/1_a.jpg"
cp "$work/people/cam_a/img_0001.png" "$work/sets/ann/2_a.png"
bounded data "$work/sets"
expect "a set with an image that EXIF turns is read" status 0
expect "... and it is upright" output '128 x 64 \(1\)'
expect "... which is told" output '1 images are turned upright'

# ---- models: the same file with a part of its header exchanged for one of the same length
head=$(head -c 8 "$model" | od -An -tu8 | tr -d ' ')
# changed SED: the model with this change, and without its checksum.
changed() {
  { head -c 8 "$model"
    tail -c +9 "$model" | head -c "$head" | LC_ALL=C sed -e 's/triptych\.checksum/triptych.checksux/' -e "$1"
    tail -c +"$((9 + head))" "$model"; } >"$work/changed.safetensors"
  is "a change of the same length: $1" \
    [ "$(stat -c %s "$work/changed.safetensors")" = "$(stat -c %s "$model")" ]
  is "... that is one" bash -c "! cmp -s '$work/changed.safetensors' '$model'"
}
broken_model() { # NAME REGEX
  for command in "embed --data synthetic:3 --out $work/x.npy" "evaluate --data synthetic:24" \
    "rank --query $work/people/cam_a/img_0001.png --gallery $work/people/cam_b --out $work/x.png" \
    "explain --image $work/people/cam_a/img_0001.png --out $work/x.png"; do
    # shellcheck disable=SC2086  # words of a command
    refused "$1: ${command%% *}" "changed\\.safetensors.*$2" $command --model "$work/changed.safetensors"
  done
}
changed 's/xxxxx/xxxxx/' # the checksum alone
bounded embed --model "$work/changed.safetensors" --data synthetic:3 --out "$work/x.npy"
expect "a model of another program has no checksum, and is read" status 0
changed 's/\("tier1.block1.convolution.weight":{"data_offsets":[][0-9,]*"dtype":"\)F32/\1I32/'
broken_model "another type of numbers" "tier1.block1.convolution.weight' holds numbers of type I32"
changed 's/image-height\\": 64,\\n  /image-height\\": 999999,/'
broken_model "a height of 999999" '--image-height is 999999'
changed 's/"normalisation":"[^"]\{12\}/"normalisation":"nan nan nan /'
broken_model "a normalisation that is no number" 'normalisation.*other than finite numbers'
changed 's/"shape":\[3,3,3,4\]/"shape":[1e30   ]/; s/"shape":\[5,5,3,4\]/"shape":[1e30   ]/'
broken_model "a shape that is no integer" "is not a whole number"
cp "$model" "$work/changed.safetensors"
printf '\0\0\300\177' | dd of="$work/changed.safetensors" bs=1 seek=$((8 + head)) conv=notrunc status=none
broken_model "a weight that is flipped" 'damaged: its checksum'
LC_ALL=C sed -i 's/triptych\.checksum/triptych.checksux/' "$work/changed.safetensors"
broken_model "a weight that is no number" 'holds nan at position'
deep=$(printf '[%.0s' {1..200000})
printf '%s' "$deep" >"$work/deep.json"
refused "splits nested without end" 'deep\.json nests lists and objects more than 64 deep' \
  train "${tiny[@]}" --data synthetic:12 --splits "$work/deep.json" --out "$work/none"
printf 'channels = %s' "$deep" >"$work/deep.toml"
refused "a config nested without end" 'deep\.toml, line 1, holds a list of lists' \
  train "${tiny[@]}" --config "$work/deep.toml" --out "$work/none"
is "what was refused leaves no folder" [ ! -e "$work/none" ]

# ---- names
set="$work/set {{data}} #1"
for person in '<!--<script>' 'a"b' 'M'$'\xc3\xbc''ller, 2' p4 p5 p6; do
  mkdir -p "$set/$person"
  n=$((${n:-0} + 1))
  for camera in 1 2; do
    from=$work/people/cam_$([ $camera = 1 ] && echo a || echo b)/img_000$(((n - 1) % 3 + 1)).png
    cp "$from" "$set/$person/${camera}_a.png"
  done
done
bounded train "${tiny[@]}" --data "$set" --epochs 1 --em-rounds 1 --validation 0 --out "$work/named"
expect "people and folders of odd names are trained on" status 0
page=$work/named/report.html
is "... and break no page: as many scripts end as begin" \
  [ "$(grep -o '<script' "$page" | wc -l)" = "$(grep -o '</script' "$page" | wc -l)" ]
is "... nor open a comment" [ "$(grep -c '<!--<script>' "$page")" = 0 ]
bounded train --out "$work/named" --resume
expect "... and the config file is read again" status 0
bounded embed --model "$work/named/model.safetensors" --data "$set" --out "$work/named.npy"
is "... and are fields of a CSV file" grep -qF '"a""b"' "$work/named.csv"
bounded train "${tiny[@]}" --data "$work/a"$'\xff' --out "$work/none"
expect "a name that is not UTF-8 is refused first" message 'argument [0-9]+, .*not UTF-8'
bounded train "${tiny[@]}" --data "$work/a"$'\n''b' --out "$work/none"
expect "a name with a line break is refused first" message 'argument [0-9]+, .*control character'
mkdir -p "$work/lines/a"$'\n'"b" "$work/lines/c"
for person in "a"$'\n'"b" c; do for camera in 1 2; do
  cp "$work/people/cam_a/img_000$camera.png" "$work/lines/$person/${camera}_a.png"
done; done
refused "a person with a line break" 'control character' train "${tiny[@]}" --data "$work/lines" \
  --out "$work/none"
mkdir -p "$work/bytes/a"$'\xff' "$work/bytes/c"
for person in "a"$'\xff' c; do for camera in 1 2; do
  cp "$work/people/cam_a/img_000$camera.png" "$work/bytes/$person/${camera}_a.png"
done; done
refused "a person that is not UTF-8" 'not UTF-8' train "${tiny[@]}" --data "$work/bytes" --out "$work/none"
is "what was refused leaves no folder, either" [ ! -e "$work/none" ]

# ---- 64 KiB of stack: less than a shell itself is happy with
(ulimit -S -s 64 && "$program" train "${tiny_run[@]}" --epochs 1 --out "$work/small" >/dev/null 2>&1)
is "64 KiB of stack are enough to train" [ $? = 0 ]
is "... the same bits" cmp -s "$work/small/model.safetensors" "$model"
(ulimit -S -s 64 && "$program" data "$work/sets" >/dev/null 2>&1)
is "... to read a JPEG" [ $? = 0 ]
(ulimit -S -s 64 && "$program" table1 --data synthetic:24 --threads 1 --rows lomo-xqda --out "$work/t" \
  >/dev/null 2>&1)
is "... to compute a row of a table" [ $? = 0 ]
finish
