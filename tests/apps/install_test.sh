#!/bin/bash
# `make install` into an empty folder; a program outside the tree that knows pkg-config's answer and nothing
# else is compiled and run with the shared and with the static library; `make uninstall` removes everything
# again.
. "$(dirname "$0")/cases.sh"

if nm -C "$program" 2>/dev/null | grep -q -m1 -E '__(asan|tsan|ubsan)_'; then
  skip "a build with a sanitizer is not installed"
  finish
fi
if ! command -v pkg-config >/dev/null; then
  skip "pkg-config is not installed: apt-get install pkg-config"
  finish
fi
build=$(dirname "$program")
# The library has objects of its own, as many as half a build: `make library` builds them, and `make check`
# does.
[ -e "$build/pic/libtriptych.a" ] || { skip "the library is not built: make library"; finish; }
stage=$work/stage outside=$work/outside
install() {
  make --no-print-directory BUILD="$build" DESTDIR="$stage" PREFIX=/opt/triptych "$@" >"$work/log" 2>&1
}
install install || { tail -n 20 "$work/log"; echo "FAILED make install"; exit 1; }
root=$stage/opt/triptych
for file in bin/triptych lib/libtriptych.a lib/libtriptych.so lib/pkgconfig/triptych.pc \
  include/triptych/engine.h include/triptych/inference.h; do
  is "$file is installed" test -s "$root/$file"
done
is "the installed program runs" sh -c "'$root/bin/triptych' devices | grep -q cpu"
is "no path of the build is in triptych.pc" sh -c "! grep -qF '$PWD' '$root/lib/pkgconfig/triptych.pc'"

# Names that are not of the project stay inside the shared library: a program may have its own stb.
is "the shared library exports namespace triptych alone" \
  sh -c "! nm -D --defined-only '$root/lib/libtriptych.so' | grep -v ' A ' | grep -v '8triptych'"
# CXXFLAGS and LDFLAGS from outside, those of a Debian package say, reach both libraries and the program.
if [[ ${CXXFLAGS:-} = *-fstack-protector-strong* ]]; then
  for file in bin/triptych lib/libtriptych.a lib/libtriptych.so; do
    is "$file has stack protectors" sh -c "nm '$root/$file' 2>/dev/null | grep -q __stack_chk_fail"
  done
fi
if [[ ${LDFLAGS:-} = *-z,now* ]]; then
  for file in bin/triptych lib/libtriptych.so; do
    is "$file binds at start-up" sh -c "readelf -d '$root/$file' | grep -q BIND_NOW"
  done
fi

mkdir "$outside"
cat >"$outside/engine.cpp" <<'END'
#include <cstdio>
#include <triptych/engine.h>

using namespace triptych;

int main() {
  Device device = Device::open("cpu");
  Tape tape;
  const Variable x = tape.input(Tensor::filled(device, {2}, Real(3)), true);
  const Variable y = sum(add(multiply(x, x), x));
  tape.backward(y);
  Linear layer(device, Random(1), 2, 4);
  ParameterList parameters;
  layer.list("layer", parameters);
  std::printf("y %g, dy/dx %g, parameters %zu\n", double(y.value.item()),
              double(tape.gradient(x).values()[0]), parameters.size());
  try {
    Device::open("abacus");
  } catch (const Error& error) {
    std::printf("%s\n", error.what());
  }
}
END
cat >"$outside/inference.cpp" <<'END'
#include <cstdio>
#include <thread>
#include <triptych/inference.h>

int main(int, char** arguments) {
  const triptych::Embedder embedder(arguments[1]);
  triptych::Gallery gallery(embedder.dimensions());
  std::thread threads[2];
  const auto add = [&](const char* file) { gallery.add(file, embedder.embed(triptych::read_image(file))); };
  for (int i = 0; i < 2; ++i) threads[i] = std::thread(add, arguments[2 + i]);
  for (std::thread& thread : threads) thread.join();
  for (const triptych::Match& match : gallery.search(embedder.embed(triptych::read_image(arguments[3])), 1))
    std::printf("%.3f %s\n", match.distance, match.name.c_str());
}
END

"$program" train --data synthetic:4 --out "$work/run" --epochs 1 >"$work/log" 2>&1 || tail -n 5 "$work/log"
"$program" data synthetic:2 --out "$work/people" >/dev/null
mapfile -t images < <(find "$work/people" -name '*.png' | sort | head -2)

export PKG_CONFIG_PATH=$root/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$stage
cxx=${CXX:-g++}
compile() { # NAME FLAGS...
  local name=$1
  shift
  local made=(-std=c++20 -Wall -Wextra -Werror "$name.cpp" -o "$name")
  (cd "$outside" && $cxx "${made[@]}" "$@") >"$work/log" 2>&1 && return
  cat "$work/log"
  return 1
}
# pkg-config leaves -I and -L of /usr out, and puts the sysroot before the others.
shared=$(pkg-config --cflags --libs triptych)
static=$(pkg-config --cflags --libs --static triptych | sed 's/-ltriptych/-l:libtriptych.a/')
for kind in shared static; do
  for name in engine inference; do
    # shellcheck disable=SC2086  # flags
    is "$name.cpp compiles, $kind" compile "$name" ${!kind}
    case $kind in
      shared) export LD_LIBRARY_PATH=$root/lib ;;
      static) unset LD_LIBRARY_PATH ;;
    esac
    answer=$("$outside/$name" "$work/run/model.safetensors" "${images[@]}" 2>&1)
    case $name in
      engine)
        is "its gradient is right, and an Error is caught, $kind" \
          grep -q 'y 24, dy/dx 7, parameters 2.*abacus' <<<"${answer//$'\n'/ }"
        ;;
      inference) is "it finds the image itself, $kind" grep -qF "0.000 ${images[1]}" <<<"$answer" ;;
    esac
    if [ "$kind" = static ]; then
      is "$name.cpp needs no libtriptych.so" sh -c "! ldd '$outside/$name' | grep -q libtriptych"
    fi
  done
done

# Every header can be included alone.
{
  cd "$root/include" && find triptych -name '*.h' | while read -r header; do
    echo "#include <$header>" >"$work/alone.cpp"
    # shellcheck disable=SC2086
    $cxx -std=c++20 -fsyntax-only $shared "$work/alone.cpp" >"$work/log" 2>&1 ||
      echo "$header: $(grep -m1 error "$work/log")"
  done >"$work/alone"
  cd "$OLDPWD" || exit 1
}
is "every header compiles alone" test ! -s "$work/alone"
cat "$work/alone"

install uninstall
is "uninstall leaves no file" test -z "$(find "$stage" ! -type d)"
finish
