#!/bin/bash
# Every command in every README is run: each line of a block that begins with ```sh, one after the other, in a
# copy of the tree; a page may use the runs/ that a page before it made, in the order of their names. Exempt,
# and counted, are blocks that say what they need:
# ```sh data (real images), ```sh gpu (a GPU, or nvcc) and ```sh long (minutes). A command whose comment says
# that it `fails` has to. `make` only says what it would do (-n): its targets must be there. Commands that
# hide elsewhere, in indented lines or blocks of another kind, are a mistake.
#   README=./engine/README.md   this page alone
. "$(dirname "$0")/cases.sh"
root=$PWD out=$(realpath "$(dirname "$program")")
pages() {
  find . -name README.md -not -path './build/*' -not -path './runs/*' | LC_ALL=C sort
  echo ./CONTRIBUTING.md
}
readmes=${README:-$(pages)}

# FILE:LINE <tab> MARK <tab> COMMAND for each command; MARK is run, data, gpu, long or what is wrong.
list_commands() {
  awk '
    FNR == 1 { inside = 0 }
    /^ *```/ {
      inside = !inside
      if (inside) { sub(/^ *```/, ""); kind = $0 }
      next
    }
    function emit(mark, command) { printf "%s:%d\t%s\t%s\n", FILENAME, FNR, mark, command }
    inside && kind ~ /^sh( |$)/ {
      line = line $0
      if (sub(/\\$/, "", line)) next
      command = line; line = ""
      if (command ~ /^[ \t]*(#|$)/) next
      mark = kind; sub(/^sh */, "", mark)
      emit(mark == "" ? "run" : mark ~ /^(data|gpu|long)$/ ? mark : "unknown mark \"" mark "\"", command)
      next
    }
    /^ *(\$ )?(make( |$)|build\/[a-z]|[A-Z_]+=[^ ]+ build\/)/ && (inside || /^    /) {
      emit("hidden: put it into a block ```sh", $0) }
  ' $readmes
}

# The tree as a reader has it after `make tests`.
tree=$work/tree
mkdir -p "$tree/build"
cp -r Makefile README.md CONTRIBUTING.md kernels engine layers drawing datasets reid apps exercises examples \
  tests "$tree/"
for made in "$out"/triptych "$out"/triptych-double "$out"/tests "$out"/double "$out"/examples "$out"/figures \
  "$out"/device_cuda.so "$out"/ptx; do
  [ -e "$made" ] && ln -s "$made" "$tree/build/"
done
cd "$tree" || exit 1
make() { env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -n "$@" >"$work/.made"; }
export -f make
export work

run=0 page=""
declare -A exempt=([data]=0 [gpu]=0 [long]=0)
# What links with a sanitizer is slow, and says nothing more about the documentation.
if nm -C "$program" 2>/dev/null | grep -q -m1 -E '__(asan|tsan|ubsan)_'; then
  skip "the commands of the READMEs are run by the plain build"
  finish
fi
while IFS=$'\t' read -r place mark command; do
  place=${place#./}
  # Each page finds the tree as it was, but for runs/.
  if [ "${place%%:*}" != "$page" ]; then
    page=${place%%:*}
    rm -rf people ./*.png ./*.svg ./*.npy ./*.csv ./*.json
  fi
  case $mark in
    data | gpu | long) exempt[$mark]=$((exempt[$mark] + 1)) ;;
    run)
      run=$((run + 1))
      start=$SECONDS
      timeout -k 2 300 bash -c "$command" >"$work/.output" 2>&1 </dev/null
      status=$?
      if [[ $command = *"# "*fails* ]] && [ $status -ne 0 ] && [ $status -ne 124 ]; then status=0; fi
      if [ $status -eq 0 ]; then
        echo "ok $place: $command"
      else
        failures=$((failures + 1))
        echo "FAILED $place: status $status: $command"
        tail -n 12 "$work/.output"
      fi
      [ $((SECONDS - start)) -gt 10 ] && echo "  took $((SECONDS - start)) s"
      ;;
    *)
      failures=$((failures + 1))
      echo "FAILED $place: $mark: $command"
      ;;
  esac
done < <(cd "$root" && list_commands)
cd "$root" || exit 1
all=$((exempt[data] + exempt[gpu] + exempt[long]))
echo "$run commands run, $all exempt (data ${exempt[data]}, gpu ${exempt[gpu]}, long ${exempt[long]})"
finish
