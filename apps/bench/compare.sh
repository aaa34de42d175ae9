#!/bin/bash
# compare.sh PROGRAM FOLDER: all figures of `triptych bench`, then the figures that other libraries and
# frameworks have, too, in fresh processes that take turns, and the ratios: how many times as long the other
# takes. What is not installed is skipped and named. Small programs that peers need are compiled into FOLDER.
#   ONLY=REGEX          only the figures whose name it finds
#   ROUNDS=3            how often everybody has a turn
#   BENCH_SECONDS=1     for each figure in a turn
#   PYTHON=python3      the Python that has PyTorch, or onnx with onnxruntime and OpenVINO
set -uo pipefail
export LC_ALL=C.UTF-8 # numbers have points, whatever the locale: mawk reads 1.143 as 1 where a comma is meant
program=$1 folder=$2
root=$(dirname "$0")/../.. peers=$(dirname "$0")/peers
only=${ONLY:-} rounds=${ROUNDS:-3} seconds=${BENCH_SECONDS:-1} python=${PYTHON:-python3}
mkdir -p "$folder"
lines=$(mktemp)
trap 'rm -f "$lines"' EXIT

# ---- who is here -------------------------------------------------------------------------------------------

# has PEER PACKAGE MODULE...: can this Python import them all?
has() {
  local peer=$1 package=$2 missing=""
  shift 2
  for module in "$@"; do
    "$python" -c "import importlib.util, sys; sys.exit(importlib.util.find_spec('$module') is None)" \
      2>/dev/null ||
      missing="$missing $module"
  done
  [ -z "$missing" ] && return
  echo "skipped: $peer, since $python has no$missing (pip install $package; PYTHON=... for another Python)" \
    >&2
  return 1
}

# compiled PEER PACKAGE HEADER OPTION...: is the header here, and does the peer's program compile?
compiled() {
  local peer=$1 package=$2 header=$3
  shift 3
  if ! echo "#include <$header>" | ${CXX:-g++} -std=c++17 "$@" -E -x c++ - >/dev/null 2>&1; then
    echo "skipped: $peer, since <$header> is not here (package $package)" >&2
    return 1
  fi
  ${CXX:-g++} -std=c++17 -I"$root" "$peers/${peer,,}.cpp" -o "$folder/${peer,,}" "$@"
}

onednn="" eigen=""
compiled oneDNN libdnnl-dev dnnl.hpp -O2 -fopenmp -ldnnl && onednn=$folder/onednn
compiled Eigen libeigen3-dev Eigen/Core -O3 -march=native -DNDEBUG -fopenmp -I/usr/include/eigen3 && \
  eigen=$folder/eigen
pytorch="" onnxruntime="" openvino="" faiss=""
has PyTorch torch torch && pytorch=yes
has onnxruntime "onnx onnxruntime" numpy onnx onnxruntime && onnxruntime=yes
has FAISS faiss-cpu numpy faiss && faiss=yes
has OpenVINO "onnx openvino" numpy onnx openvino && openvino=yes

# ---- turns -------------------------------------------------------------------------------------------------

# keep_memory COMMAND...: glibc gives nothing back to the system, which saves page faults; our own memory pool
# does that always.
keep_memory() { MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=17179869184 "$@"; }

# turn FIGURE EXTRA: everybody who has the figure measures it once; EXTRA is another figure of the same
# process.
turn() {
  local asked=(--only "^$1\$${2:+|^$2\$}" --seconds "$seconds")
  "$program" bench "${asked[@]}"
  case $1 in
    conv*) [ -n "$onednn" ] && "$onednn" "${asked[@]}" ;;
    search*) [ -n "$faiss" ] && "$python" "$peers/faiss_flat.py" "${asked[@]}" ;;
    gemm*) [ -n "$eigen" ] && "$eigen" "${asked[@]}" ;;
    train* | infer* | evaluate* | cold*)
      [ -n "$pytorch" ] && "$python" "$peers/pytorch.py" "${asked[@]}"
      case $1 in train* | infer*)
        [ -n "$pytorch" ] && keep_memory "$python" "$peers/pytorch.py" "${asked[@]}" ;; esac
      case $1 in
        infer* | cold*)
          [ -n "$onnxruntime" ] && "$python" "$peers/onnx_runtimes.py" onnxruntime "${asked[@]}"
          [ -n "$openvino" ] && "$python" "$peers/onnx_runtimes.py" openvino "${asked[@]}"
          ;;
      esac
      ;;
  esac
}

# Of products this program has OpenBLAS, BLIS and oneDNN at hand itself (apps/bench/libraries.cpp).
mapfile -t figures < <("$program" bench --list --only '^gemm_[0-9x]+_[12]t$')
for threads in 1t 2t; do
  for block in 1 2 3; do
    for way in forward backward_weights backward_input; do
      [ "$block$way" = 1backward_input ] || figures+=("conv${block}_${way}_$threads")
    done
  done
  for batch in 1 32 96; do figures+=("infer_b${batch}_$threads"); done
  figures+=("train_step_b96_$threads" "evaluate_market_$threads")
done
figures+=(cold_start search_100000x896_q1_2t search_100000x896_q1_1t search_100000x896_q32_2t)

echo "# this program alone"
"$program" bench --only "$only" --seconds "$seconds"
echo "# in turns with others"
for ((round = 1; round <= rounds; ++round)); do
  for figure in "${figures[@]}"; do
    grep -qE -- "$only" <<<"$figure" || continue
    extra=""
    case $figure in train*1t) extra=peak_memory ;; esac
    turn "$figure" "$extra" 2>/dev/null >>"$lines"
  done
done

# ---- medians over the rounds, and ratios -------------------------------------------------------------------
awk '
  $3 == "samples" || $3 == "ratio" { next }
  NF == 3 { if (!($1 in count)) order[++names] = $1; value[$1, ++count[$1]] = $2; unit[$1] = $3 }
  function median(name,    n, i, j, t, v) {
    n = count[name]
    for (i = 1; i <= n; ++i) v[i] = value[name, i] + 0
    for (i = 2; i <= n; ++i)
      for (j = i; j > 1 && v[j] < v[j - 1]; --j) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
    return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
  }
  END {
    for (i = 1; i <= names; ++i) {
      name = order[i]
      printf "%s %.4g %s\n", name, median(name), unit[name]
      for (j = 1; j <= names; ++j) {  # PEER_NAME
        other = order[j]; at = length(other) - length(name)
        if (at > 1 && substr(other, at) == "_" name)
          printf "%s_vs_%s %.3g ratio\n", name, substr(other, 1, at - 1),
            unit[name] == "GFLOP/s" ? median(name) / median(other) : median(other) / median(name)
      }
    }
  }' "$lines"
