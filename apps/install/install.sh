#!/bin/bash
# install.sh: copies what was built in OUT, and the libraries of LIBRARY, to DESTDIR + PREFIX (called by
# `make install`). install.sh --remove: removes exactly that again.
#   bin/triptych   lib/libtriptych.{a,so}   lib/triptych/*.so   lib/pkgconfig/triptych.pc
#   include/triptych/
set -euo pipefail
cd "$(dirname "$0")/../.."
root=${DESTDIR:-}$PREFIX lib=${DESTDIR:-}$LIBDIR

if [ "${1:-}" = --remove ]; then
  rm -f "$root/bin/triptych" "$lib"/libtriptych.{a,so} "$lib"/libtriptych.so.* "$lib/pkgconfig/triptych.pc"
  rm -rf "$root/include/triptych" "$lib/triptych"
  echo "removed triptych from $root"
  exit 0
fi

install -d "$root/bin" "$root/include" "$lib/pkgconfig"
install "$OUT/triptych" "$root/bin/triptych"
install -m 644 "$LIBRARY/libtriptych.a" "$lib/libtriptych.a"
install -m 644 "$LIBRARY/libtriptych.so.$VERSION" "$lib/"
ln -sf "libtriptych.so.$VERSION" "$lib/libtriptych.so.${VERSION%%.*}"
ln -sf "libtriptych.so.${VERSION%%.*}" "$lib/libtriptych.so"
for module in ${MODULES:-}; do
  install -d "$lib/triptych"
  install -m 644 "$module" "$lib/triptych/"
done
rm -rf "$root/include/triptych"
cp -r "$OUT/include/triptych" "$root/include/"
sed -e "s|@PREFIX@|$PREFIX|; s|@LIBDIR@|$LIBDIR|; s|@VERSION@|$VERSION|" apps/install/triptych.pc.in \
  >"$lib/pkgconfig/triptych.pc"
echo "installed triptych $VERSION into $root"
