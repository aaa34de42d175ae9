// The main function of every test program: doctest's own. `build/tests/engine --help` lists its options.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
