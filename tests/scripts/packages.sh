# Sourced by setup.sh, probe.sh and doctor.sh: what a build needs, and the packages of Debian and Ubuntu that
# bring it.

# HEADER PACKAGE of each library.
needed_headers() {
  echo "fmt/format.h libfmt-dev
stb/stb_image.h libstb-dev
doctest/doctest.h doctest-dev
CLI/CLI.hpp libcli11-dev
nlohmann/json.hpp nlohmann-json3-dev
eigen3/Eigen/Core libeigen3-dev
sqlite3.h libsqlite3-dev"
}

# compiler_package PROGRAM: the package of a compiler, or of a wrapper of one; status 1 when there is none.
compiler_package() {
  case $1 in
    clang++-*) echo "clang-${1##*-} libclang-rt-${1##*-}-dev libomp-${1##*-}-dev" ;;
    clang++) echo "clang libomp-dev" ;;
    g++ | g++-[0-9]* | ccache | distcc) echo "$1" ;;
    *-linux-gnu-g++) echo "g++-${1%-g++}" ;;
    *) return 1 ;;
  esac
}

# missing_packages "COMPILER": the names of the packages that are not there, on one line; empty when all are.
# COMPILER may have words before it, "ccache g++", and an option after it. A compiler that no package brings:
# a message and status 1.
missing_packages() {
  local missing="" word package
  # shellcheck disable=SC2206  # words
  local command=($1) asker=($1)
  for word in "${command[@]}"; do
    [[ $word = -* ]] && continue
    command -v "$word" >/dev/null && continue
    if ! package=$(compiler_package "$word"); then
      echo "CXX=$1: there is no $word here, and no known package has it;" \
        "say another compiler, or its path" >&2
      return 1
    fi
    missing="$missing $package" asker=(g++)
  done
  # Without any compiler nothing can be asked of one: name every library.
  if ! command -v "${asker[0]}" >/dev/null; then
    # shellcheck disable=SC2046  # a list of names
    echo $missing $(needed_headers | cut -d' ' -f2)
    return
  fi
  local header libraries
  libraries=$(while read -r header package; do
    printf '#if !__has_include(<%s>)\n%s\n#endif\n' "$header" "$package"
  done < <(needed_headers) | "${asker[@]}" -std=c++20 -E -P -x c++ -)
  # shellcheck disable=SC2086  # a list of names
  echo $missing $libraries
}

# How a person installs packages here: with sudo, or as root where there is none.
install_command() {
  if [ "$(id -u)" = 0 ]; then
    echo "apt-get update && apt-get install $*"
  elif command -v sudo >/dev/null; then
    echo "sudo apt-get update && sudo apt-get install $*"
  else
    echo "su -c 'apt-get update && apt-get install $*'"
  fi
}
