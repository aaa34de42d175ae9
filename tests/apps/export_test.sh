#!/bin/bash
# A model in other programs: as ONNX in onnxruntime, rebuilt from its file in PyTorch; features as numbers.
#   TRIPTYCH_PYTHON=FILE   a Python with what the comparison needs (default: python3)
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/tiny.sh"
here=$(dirname "$0")
python=${TRIPTYCH_PYTHON:-python3}
can() { "$python" -c "import $1" 2>/dev/null; }

# Images at the network's own size: 256 x 128, as synthetic people are drawn.
"$program" data synthetic:20 --out "$work/people" >/dev/null
own=("${tiny[@]}" --data synthetic:12 --image-height 256 --image-width 128 --crop-height 247 --crop-width 121
  --epochs 2 --validation 0)

# exported NAME OPTIONS...: trains, exports and embeds; onnxruntime must agree where there is one.
exported() {
  local name=$1
  shift
  call train "${own[@]}" "$@" --out "$work/$name"
  expect "$name: a model" status 0
  call export --model "$work/$name/model.safetensors" --onnx "$work/$name.onnx"
  expect "$name: exported" output 'ONNX opset 17; images uint8 \[batch, 256, 128, 3\]'
  call embed --model "$work/$name/model.safetensors" --data "$work/people" --out "$work/$name.npy"
  expect "$name: embedded" status 0
  if can onnxruntime,numpy,PIL; then
    output=$("$python" "$here/export_check.py" "$work/$name.onnx" "$work/$name.npy" "$work/$name.csv" 2>&1)
    status=$?
    expect "$name: onnxruntime agrees ($(grep -oE '[0-9.]+e-[0-9]+' <<<"$output" | tr '\n' ' '))" status 0
  else
    echo "SKIPPED: $name: $python has no onnxruntime, NumPy and Pillow"
  fi
}

exported default --em-rounds 2 --em-start 0.5
exported every_view --em-rounds 1 --camera-colours --test-mirror --test-shift 9 --test-centre \
  --test-whiten 0.1
exported gru --em-rounds 2 --em-start 0.5 --rnn gru --bidirectional --pooling mean --strips 5
exported lstm --em-rounds 2 --em-start 0.5 --rnn lstm --bidirectional --pooling gate --patches rows
exported linear --em-rounds 1 --rnn-output linear --bidirectional --no-batch-norm --activation tanh
exported attention --em-rounds 2 --em-start 0.5 --rnn attention
exported plain --em-rounds 1 --rnn none --pooling mean --activation sigmoid

# ---- the file of a model, read by others
call train "${own[@]}" --em-rounds 2 --em-start 0.5 --camera-colours --test-mirror --test-centre \
  --test-whiten 0.1 --out "$work/rebuilt"
call embed --model "$work/rebuilt/model.safetensors" --data "$work/people" --out "$work/rebuilt.npy"
for name in default rebuilt; do
  if can torch,numpy,PIL; then
    output=$("$python" "$here/rebuild.py" "$work/$name/model.safetensors" "$work/$name.npy" \
      "$work/$name.csv" 2>&1)
    status=$?
    expect "$name: rebuilt in PyTorch, $output" status 0
  else
    echo "SKIPPED: $name: $python has no PyTorch, NumPy and Pillow"
  fi
done

# ---- what must not be overwritten, and wrong inputs
call export --model "$work/default/model.safetensors" --onnx "$work/default/model.safetensors"
expect "the model is not overwritten" message "model.safetensors"
expect "... and it is an error" status 1
call export --model "$work/default/model.safetensors" --onnx "$work/default.csv"
expect "nor is a table" status 1
call export --model "$work/default.npy" --onnx "$work/x.onnx"
expect "what is no model is named" message 'default\.npy'

# ---- features
call features --feature lomo --data "$work/people" --out "$work/lomo.npy"
expect "features" output '40 images, 26960 values each'
is "features: the numbers" [ "$(stat -c %s "$work/lomo.npy")" = $((128 + 40 * 26960 * 4)) ]
is "features: a line for each image" [ "$(wc -l <"$work/lomo.csv")" = 41 ]
call features --feature sift --data "$work/people" --out "$work/x.npy"
expect "an unknown feature lists those there are" message 'lomo-colours'
finish
