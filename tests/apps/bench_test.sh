#!/bin/bash
# bench: that it measures, names and prints what it says. Which values come out is not looked at.
. "$(dirname "$0")/cases.sh"
here=$PWD

call bench --list
expect "bench --list" status 0
products="256x256x256 512x512x512 1024x1024x1024 2048x2048x2048 16x19950x75 32x20000x75 32x4935x400
  64x2500x576
  64x1196x800 128x2500x1152 128x20000x1152 400x4935x32 32x400x4935 2496x128x704 96x128x128"
for name in train_step_b96_1t train_step_b96_2t train_step_default_b96_2t infer_b1_2t infer_b32_2t \
  infer_b96_2t infer_default_b96_2t \
  cold_start cold_start_1t conv1_forward_2t conv1_backward_weights_2t conv2_backward_input_2t \
  conv3_backward_input_1t evaluate_market_2t \
  peak_fma_2t overhead_sum overhead_default_sum peak_memory $(printf 'gemm_%s_2t ' $products); do
  expect "bench --list: $name" output "^$name\$"
done
is "bench --list: no gradient of the image, which needs none" \
  bash -c "! grep -q conv1_backward_input <<<'$output'"
call bench --list --only '^infer_b1_'
is "bench --list --only: those and no other" [ "$output" = $'infer_b1_2t\ninfer_b1_1t' ]

# well_formed NAME: nothing but lines "name value unit".
well_formed() {
  local line='^[a-z][a-z0-9_]* -?[0-9.]+(e[-+][0-9]+)? (ms|GFLOP/s|MiB|ratio|samples|percent)$'
  is "$1: name, value, unit" bash -c "[ -n '$output' ] && ! grep -vE '$line' <<<'$output'"
}

call bench --only 'gemm_256x256x256_1t$' --seconds 0.001
expect "bench" status 0
expect "bench: the product" output '^gemm_256x256x256_1t [0-9.]+ GFLOP/s$'
well_formed "bench"
is "bench: this product and no other" bash -c "! grep -v gemm_256x256x256_1t <<<'$output'"
# A busy machine may not have two cores for us: the figure is there if a sample counts.
call bench --only 'gemm_96x128x128_2t$' --seconds 0.001
well_formed "bench, two threads"
valid=$(sed -n 's/^gemm_96x128x128_2t_valid \([0-9]*\) samples$/\1/p' <<<"$output")
is "bench: two threads say how many samples count" [ -n "$valid" ]
if [ "${valid:-0}" -gt 0 ]; then
  expect "bench: a figure with samples is printed" output '^gemm_96x128x128_2t [0-9.]+ GFLOP/s$'
else
  is "bench: a figure without is not" bash -c "! grep -q '^gemm_96x128x128_2t ' <<<'$output'"
  expect "bench: and one sentence says why" message \
    '^[1-9] figures of two threads are left out: .* both cores'
fi
call bench --only '^infer_b1_1t$|peak_memory' --seconds 0.001
expect "bench: inference" output '^infer_b1_1t [0-9.]+ ms$'
expect "bench: and its speed" output '^infer_b1_1t_gflops [0-9.]+ GFLOP/s$'
expect "bench: and its memory" output '^peak_memory [0-9.]+ MiB$'
# Both lines are of one measurement, so their product is the operations on an image, 303.1 million.
is "bench: time and speed are of the same operations" awk '
  $1 == "infer_b1_1t" { time = $2 } $1 == "infer_b1_1t_gflops" { speed = $2 }
  END { operations = time * speed; exit !(operations > 302 && operations < 304) }' <<<"$output"

call bench start --seconds 0.001
expect "bench start" status 0
well_formed "bench start"
expect "bench start: a fresh process" output '^cold_start [0-9.]+ ms$'
is "bench start: nothing is left behind" bash -c "! ls -d ${TMPDIR:-/tmp}/triptych-start-* 2>/dev/null"

call bench search --rows 3000 --dimensions 40 --seconds 0.001
expect "bench search" status 0
well_formed "bench search"
expect "bench search: one query" output '^search_3000x40_q1_2t [0-9.e-]+ ms$'
expect "bench search: memory" output '^search_3000x40_memory [0-9.]+ MiB$'
if [ -f "$(dirname "$program")/search_faiss.so" ]; then
  expect "bench search: FAISS finds the same" output '^search_3000x40_faiss_recall 100 percent$'
  expect "bench search: of its lists, a share" output '^search_3000x40_faiss_lists_64_recall [0-9.]+ percent$'
else
  skip "bench search beside FAISS: this build has no search_faiss.so (package libfaiss-dev)"
fi
is "bench search: nothing is left behind" bash -c "! ls ${TMPDIR:-/tmp}/triptych_search_*.rows* 2>/dev/null"

call bench conv --ladder --seconds 0.001
expect "bench conv --ladder" status 0
is "bench conv --ladder: three steps" \
  [ "$(grep -cE '^ +[1-3] +[0-9.]+ +[0-9.]+%  [a-z ]+: ' <<<"$output")" = 3 ]

call bench --roofline "$work/roof.svg" --seconds 0.001
expect "bench --roofline: kernels under the machine's peak" output \
  '^conv2 by weights +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9]+%'
expect "bench --roofline: drawn" file "$work/roof.svg"
call bench --roofline "$work/roof.txt"
expect "bench --roofline: an image of no known kind is an error" message 'must end in .svg or .png'
call bench juggling
expect "bench: an unknown family is a wrong command line" status 2

# compare.sh with peers that are not there, and with one that always takes 5000 ms.
compare() {
  command_line="compare.sh, ONLY=$ONLY PYTHON=$PYTHON"
  output=$(CXX=false ROUNDS=1 BENCH_SECONDS=0.001 "$here/apps/bench/compare.sh" "$program" "$work/peers" \
    2>"$work/.message")
  message=$(cat "$work/.message")
}
export ONLY='^cold_start$' PYTHON=false
compare
expect "compare.sh: ours" output '^cold_start [0-9.]+ ms$'
is "compare.sh: nothing to compare with" bash -c "! grep -q _vs_ <<<'$output'"
for peer in oneDNN Eigen PyTorch onnxruntime OpenVINO; do
  is "compare.sh: $peer is skipped in one sentence" [ "$(grep -c "^skipped: $peer" "$work/.message")" = 1 ]
done
cat >"$work/python" <<'PEER'
#!/bin/bash
[ "$1" = -c ] || { [[ $1 = *pytorch.py ]] && echo "pytorch_cold_start 5000 ms"; exit 0; }
PEER
chmod +x "$work/python"
PYTHON=$work/python compare
is "compare.sh: how many times as long the peer takes" awk '
  $1 == "cold_start" { ours = $2 } $1 == "cold_start_vs_pytorch" { ratio = $2 }
  END { exit !(ours > 0 && ratio > 0 && (ratio - 5000 / ours) ^ 2 < (0.01 * ratio) ^ 2) }' <<<"$output"
finish
