# Sourced by setup.sh and probe.sh: what a build needs, and the packages of Debian 12 and Ubuntu 24.04 that
# bring it.

# missing_packages COMPILER: the names of the packages that are not there, on one line; empty when all are.
missing_packages() {
  local compiler=$1 missing=""
  if ! command -v "$compiler" >/dev/null; then
    case $compiler in
      clang++-*) missing="clang-${compiler##*-} libclang-rt-${compiler##*-}-dev libomp-${compiler##*-}-dev" ;;
      *) missing="g++" ;;
    esac
  fi
  # Without any compiler nothing can be asked of one: name every library.
  local asker=$compiler
  command -v "$asker" >/dev/null || asker=$(command -v g++ || true)
  if [ -z "$asker" ]; then
    echo "$missing libfmt-dev libstb-dev doctest-dev libcli11-dev nlohmann-json3-dev libeigen3-dev"
    return
  fi
  local header package
  while read -r header package; do
    printf '#if !__has_include(<%s>)\n%s\n#endif\n' "$header" "$package"
  done <<<"fmt/format.h libfmt-dev
stb/stb_image.h libstb-dev
doctest/doctest.h doctest-dev
CLI/CLI.hpp libcli11-dev
nlohmann/json.hpp nlohmann-json3-dev
eigen3/Eigen/Core libeigen3-dev" | "$asker" -std=c++20 -E -P -x c++ - | tr '\n' ' ' \
  | sed "s/^/$missing /; s/ *$//; s/^ *//"
}
