#!/bin/bash
# embed.sh OUT HEADER NAMESPACE TYPE FUNCTION FILE...: writes a C++ source that holds the files' texts:
# FUNCTION of NAMESPACE returns a span of TYPE, {path, text}, both declared by HEADER. A raw string takes a
# file as it is, but for the end mark )TRIPTYCH", which no file has.
set -euo pipefail
out=$1 header=$2 namespace=$3 type=$4 function=$5
shift 5
{
  echo "#include \"$header\""
  echo "namespace $namespace {"
  echo 'namespace {'
  echo "constexpr $type texts[] = {"
  for file in "$@"; do
    if grep -q ')TRIPTYCH"' "$file"; then
      echo "$file: the mark that ends an embedded text stands in it" >&2
      exit 1
    fi
    printf '{"%s", R"TRIPTYCH(' "$file"
    cat "$file"
    printf ')TRIPTYCH"},\n'
  done
  echo '};'
  echo '}  // namespace'
  echo "std::span<const $type> $function() { return texts; }"
  echo "}  // namespace $namespace"
} >"$out.part"
mv "$out.part" "$out"
