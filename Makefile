# Triptych's only build system. `make help` lists the targets; `make V=1` shows the commands.
#
#   BUILD=DIR                            where everything goes (default: build)
#   DEBUG=1                              -O0 -g with the standard library's assertions, into $(BUILD)/debug
#   SANITIZE=address|undefined|thread    an instrumented build, into $(BUILD)/<its name>
#   CXX=clang++-14                       another compiler; a change of compiler or flags rebuilds everything
#   CPPFLAGS, CXXFLAGS, LDFLAGS          are added to the project's own flags
#   CUDA=0                               no CUDA module, even with nvcc; CUDA_ARCH="75 80 90": the cards
#   FAISS=0                              no module for approximate searches, even with libfaiss-dev
#   MPI=0                                no MPI module, even with Open MPI
#   PREFIX=DIR, LIBDIR=DIR, DESTDIR=DIR  where `make install` puts things (default: /usr/local), and its root
BUILD ?= build
DEBUG ?=
SANITIZE ?=
V ?=

.DEFAULT_GOAL := build
.SUFFIXES:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
ifeq ($(MAKELEVEL),0)
  MAKEFLAGS += -j$(shell nproc)  # -jN on the command line wins
endif
SHELL := /bin/bash
quiet := $(if $(V),,@)

# ---- flags -------------------------------------------------------------------------------------------------
# No -march: the program starts on any x86-64 and picks its kernels at run time (kernels/cpu). No -ffast-math:
# a NaN must stay a NaN, and a sum must keep its order.
comma := ,
ifneq ($(words $(BUILD)),1)
  $(error BUILD='$(BUILD)' must be one path without spaces: make takes a space for the end of a name)
endif
ifneq ($(words $(CURDIR)),1)
  $(error there is a space in $(CURDIR), which make takes for the end of a name: move the tree)
endif
PIC ?=
variant := $(subst $(comma),-,$(subst $() $(),-,$(strip $(if $(DEBUG),debug) $(SANITIZE) $(if $(PIC),pic))))
# `make course OUT=DIR` and `make grade OUT=FILE` say where to write; elsewhere OUT is where everything is
# built.
given_out := $(if $(findstring command,$(origin OUT)),$(OUT))
override OUT := $(BUILD)$(if $(variant),/$(variant))

# The thread sanitizer needs clang: version 14, or 18 on Ubuntu 24.04, whose OpenMP 14 does not speak to the
# sanitizer.
LLVM ?= $(shell . /etc/os-release; [ "$$VERSION_CODENAME" = noble ] && echo 18 || echo 14)
ifeq ($(origin CXX),default)
  CXX := $(if $(filter thread fuzzer,$(SANITIZE)),clang++-$(LLVM),g++)
endif
optimise := $(if $(DEBUG),-O0 -g -D_GLIBCXX_ASSERTIONS,$(if $(SANITIZE),-O1 -g1 -D_GLIBCXX_ASSERTIONS,-O2))
openmp := $(if $(findstring clang,$(CXX)),-fopenmp=libomp,-fopenmp)
ifneq ($(SANITIZE),)
  ifeq ($(filter address undefined address$(comma)undefined thread fuzzer,$(SANITIZE)),)
    $(error SANITIZE=$(SANITIZE) is unknown: address, undefined, address$(comma)undefined, thread, fuzzer)
  endif
  sanitizers := $(if $(filter fuzzer,$(SANITIZE)),fuzzer-no-link$(comma)address$(comma)undefined,$(SANITIZE))
  sanitize := -fsanitize=$(sanitizers) -fno-omit-frame-pointer \
    $(if $(filter fuzzer,$(SANITIZE))$(findstring undefined,$(SANITIZE)),-fno-sanitize-recover=all)
endif
CPPFLAGS ?=
CXXFLAGS ?=
LDFLAGS ?=
# -Wrestrict of g++ 12 sees overlapping copies in every `string = "literal"` (GCC bug 105329).
warnings := -Wall -Wextra $(if $(findstring clang,$(CXX)),-Wno-pass-failed,-Wno-restrict)
# g++ collects its garbage from 1 GiB on, and not before: a tenth less time for large sources.
garbage := $(if $(findstring clang,$(CXX)),,--param ggc-min-heapsize=1048576)
# PIC=1: objects of the library, in a folder of their own, $(BUILD)/pic. Without semantic interposition calls
# inside a source are direct; a library that is linked at start-up has its thread-local storage at a fixed
# offset.
position := $(if $(PIC),-fPIC -fno-semantic-interposition -ftls-model=initial-exec)
flags = -std=c++20 $(garbage) $(optimise) $(warnings) $(openmp) $(sanitize) -I. -MMD -MP $(CPPFLAGS) \
  $(CXXFLAGS) $(position)
link = $(CXX) $(flags) $(LDFLAGS)
libraries := -lfmt -ldl -lpthread
# Of reid/search alone: what does not hold that room is linked without.
database := -lsqlite3
# Kinds of sources by how much they are optimised. What is never waited for is optimised less, which saves a
# fifth of a whole build: commands, what reads and writes files, pages and tables, and the double-precision
# twin; tests, which wait for what they call, not at all. What measures itself is plain.
measuring := $(addprefix apps/bench/,peak.cpp overhead.cpp rounding.cpp)
light_sources := $(OUT)/together/% apps/% tests/% exercises/% examples/% reid/experiment/% reid/report/% \
  reid/table/% reid/search/found.cpp reid/evaluation/open_set.cpp reid/options.cpp \
  $(addprefix engine/,safetensors.cpp json.cpp text.cpp file_kind.cpp op_examples.cpp wrong_ops.cpp) \
  $(addprefix datasets/,splits.cpp layout%.cpp list_file.cpp csv.cpp audit.cpp inspection.cpp) \
  kernels/laboratory/% kernels/ptx/parser.cpp kernels/ptx/names.cpp
is_light = $(filter-out $(measuring),$(filter $(light_sources),$(1)))
kind = $(if $(filter %_test.cpp,$<),test,$(if $(call is_light,$<),light,plain))
double_kind = $(if $(filter %_test.cpp,$<),test,light)
speed_plain :=
speed_light := $(if $(DEBUG)$(SANITIZE),,-O1)
# glibc warns of _FORTIFY_SOURCE without optimisation.
unfortified := $(if $(findstring FORTIFY,$(CPPFLAGS) $(CXXFLAGS)),-U_FORTIFY_SOURCE)
speed_test  := $(if $(DEBUG),,-O0 $(unfortified)) -DDOCTEST_CONFIG_SUPER_FAST_ASSERTS
# Builds that compile each source alone and without precompiled headers; others by alone=yes.
alone := $(DEBUG)$(filter thread fuzzer,$(SANITIZE))

# ---- sources: every .cpp file of a room belongs to the room's library --------------------------------------
# Rooms from the lowest to the highest; a room uses only those in its list (see tests/scripts/stairs.sh).
below_kernels  :=
below_engine   := kernels
below_layers   := engine kernels
below_drawing  := engine kernels
below_datasets := drawing engine kernels
below_reid     := layers datasets drawing engine kernels
below_apps     := reid layers datasets drawing engine kernels
rooms := kernels engine layers drawing datasets reid apps

# kernels/cpu/isa.mk says which SIMD sources are compiled once per instruction set, and with which flags.
# Each set is a kind of source, like plain, light and test above.
include kernels/cpu/isa.mk
$(foreach isa,$(CPU_ISAS),$(eval speed_$(isa) := $(CPU_SIMD_FLAGS) $(CPU_FLAGS_$(isa)) -DTRIPTYCH_ISA=$(isa)))

cpu_sources       := $(filter-out $(CPU_SIMD_SOURCES),$(wildcard kernels/cpu/*.cpp))
kernels_sources   := $(wildcard kernels/*.cpp kernels/reference/*.cpp)
# kernels/cuda, compiled as plain C++, and what executes it on the processor (float only, like kernels/cpu).
include kernels/cuda/cuda.mk
include kernels/emulator/emulator.mk
emulated_objects  := $(patsubst %,$(OUT)/obj/%.o,$(CUDA_SOURCES)) \
  $(patsubst %.cpp,$(OUT)/obj/%.o,$(wildcard $(patsubst %,kernels/%/*.cpp,emulator ptx cuda laboratory)))
# What a learner's file is compiled with by `triptych cuda`: these headers travel inside the program, and the
# program shows the functions that they declare to the library that is made of the file (runtime.map).
learners_headers  := $(wildcard $(patsubst %,kernels/emulator/%.h,* include/* include/*/*))
learners_object   := $(OUT)/obj/kernels/laboratory/embedded.o
shows_runtime     := -Wl,--dynamic-list=kernels/laboratory/runtime.map
include engine/mpi/mpi.mk
include engine/nccl/nccl.mk
engine_sources    := $(filter-out $(mpi_module_source) $(nccl_module_source), \
  $(wildcard engine/*.cpp engine/*/*.cpp))
layers_sources    := $(wildcard layers/*.cpp layers/*/*.cpp)
drawing_sources   := $(wildcard drawing/*.cpp)
datasets_sources  := $(wildcard datasets/*.cpp datasets/*/*.cpp)
faiss_source      := reid/search/faiss/module.cpp
reid_sources      := $(filter-out $(faiss_source),$(wildcard reid/*.cpp reid/*/*.cpp reid/*/*/*.cpp))
apps_sources      := $(filter-out apps/main.cpp,$(wildcard apps/*.cpp apps/*/*.cpp))
simd_objects      := $(foreach isa,$(CPU_ISAS),$(CPU_SIMD_SOURCES:%.cpp=$(OUT)/obj/%.$(isa).o))
# The report's page and the ops that it shows travel inside the program (reid/report/page/assets.h).
page_assets       := $(wildcard reid/report/page/assets/*) $(wildcard engine/ops/*.cpp)
page_object       := $(OUT)/obj/reid/report/page/embedded.o
# Tests that call the CUDA kernels themselves are compiled like them.
emulated_tests    := tests/kernels/emulator tests/kernels/cuda tests/kernels/planted
test_sources       = $(filter-out tests/kernels/fake_cuda/%, \
  $(wildcard tests/$(1)/*.cpp tests/$(1)/*/*.cpp tests/$(1)/*/*/*.cpp))

# Groups of sources that are compiled in one go: each alone would read the same headers and make the same
# library code (vectors, CLI11, JSON, doctest's comparisons) over again, which is most of what it costs.
# Commands and pages are such groups, and so are the tests of a folder: a whole build takes three quarters of
# the time, and a change of one source compiles its neighbours, too. Where each is compiled alone, one that
# includes too little is noticed.
test_folders := $(filter-out $(emulated_tests), \
  $(patsubst %/,%,$(sort $(dir $(wildcard tests/*/*_test.cpp tests/*/*/*_test.cpp tests/*/*/*/*_test.cpp)))))
together := $(if $(alone),,commands pages results layouts $(test_folders:%=%_test))
together_commands := $(sort $(filter-out apps/main.cpp,$(shell grep -l '<CLI/' apps/*.cpp)) \
  apps/gradcheck.cpp)
together_pages    := $(wildcard reid/report/page/*.cpp)
together_results  := reid/report/records.cpp reid/report/results.cpp reid/report/ranked_json.cpp \
  reid/report/ranked_run.cpp reid/report/ranking_json.cpp reid/report/inputs_json.cpp \
  reid/table/table_json.cpp reid/table/definition.cpp reid/experiment/job.cpp reid/experiment/rows.cpp \
  reid/experiment/data.cpp
together_layouts  := $(wildcard $(patsubst %,datasets/%.cpp, \
  audit csv image_folder inspection integrity layout* list_file mat_file sequences splits save_synthetic))
$(foreach folder,$(test_folders),$(eval together_$(folder)_test := $(wildcard $(folder)/*_test.cpp)))
# $(1): sources; those of a group become the group's one.
compiled = $(strip \
  $(foreach group,$(together),$(if $(filter $(together_$(group)),$(1)),together/$(group).cpp)) \
  $(filter-out $(foreach group,$(together),$(together_$(group))),$(1)))

# The same sources are compiled twice: with Real = float into $(OUT), and with Real = double, where the
# gradient checks run, into $(OUT)/double. The cpu kernels are float only.
double := $(OUT)/double
double_tests := kernels engine layers reid
# Of the commands, the double-precision program has gradcheck alone; they are slow to compile (CLI11).
double_apps := apps/main.cpp apps/gradcheck.cpp apps/interrupt.cpp apps/invocation.cpp apps/ranks.cpp
double_rooms := kernels engine layers reid
# ... and of reid/ it has what gradients flow through: the network and its losses. Images and ranks stay
# float.
double_reid_parts := reid/options.cpp reid/network/% reid/loss/% reid/temporal/%
float_tests := tests/kernels/cpu/% tests/kernels/cuda/% tests/kernels/emulator/% tests/kernels/ptx/% \
  tests/kernels/planted/% tests/kernels/laboratory/%
# Of both precisions: sources without a Real are compiled once.
without_real := engine/json.cpp engine/text.cpp engine/file_kind.cpp
double_reid_tests := $(patsubst %,tests/reid/%_test.cpp,losses metric_losses network temporal/tier)

# $(1) folder of the precision, $(2) room, $(3) sources, $(4) further objects
define room_library
$(1)/$(2).a: $(3:%.cpp=$(1)/obj/%.o) $(4)
	@mkdir -p $$(@D) && rm -f $$@
	$$(quiet)$(AR) rcs $$@ $$^
objects += $(3:%.cpp=$(1)/obj/%.o) $(4)
endef
# What a room's library holds beside its own .cpp files.
further_kernels   := $(cpu_sources:%.cpp=$(OUT)/obj/%.o) $(simd_objects) $(emulated_objects) \
  $(learners_object)
further_reid      := $(page_object)
double_sources = $(filter $(or $(double_$(1)_parts),%),$(filter-out $(without_real),$($(1)_sources)))
double_further_engine := $(without_real:%.cpp=$(OUT)/obj/%.o)
$(foreach room,$(rooms),$(eval \
  $(call room_library,$(OUT),$(room),$(call compiled,$($(room)_sources)),$(further_$(room)))))
$(foreach room,$(double_rooms),$(eval \
  $(call room_library,$(double),$(room),$(call double_sources,$(room)),$(double_further_$(room)))))

# Tests of a room: linked with that room and those below it and nothing else, so that a step up the stairs
# does not link. $(1) folder of the precision, $(2) room, $(3) sources, $(4) the rooms that exist in this
# precision
define test_program
$(1)/tests/$(2): $(patsubst %.cpp,$(1)/obj/%.o,$(3)) $(OUT)/obj/tests/main.o \
  $(foreach room,$(filter $(4),$(2) $(below_$(2))),$(1)/$(room).a)
	@mkdir -p $$(@D)
	@echo "  link  $$@"
	$$(quiet)$(link) -o $$@ $$^ $$(libraries)
objects += $(patsubst %.cpp,$(1)/obj/%.o,$(3))
test_programs += $(if $(3),$(1)/tests/$(2))
endef
double_test_sources = $(or $(double_$(1)_tests), \
  $(call compiled,$(filter-out $(float_tests),$(call test_sources,$(1)))))
$(foreach room,$(rooms),$(eval \
  $(call test_program,$(OUT),$(room),$(call compiled,$(call test_sources,$(room))),$(rooms))))
$(foreach room,$(double_tests),$(eval \
  $(call test_program,$(double),$(room),$(call double_test_sources,$(room)),$(double_rooms))))

# ---- the programs ------------------------------------------------------------------------------------------
program := $(OUT)/triptych
double_program := $(OUT)/triptych-double
objects += $(OUT)/obj/apps/main.o $(double_apps:%.cpp=$(double)/obj/%.o) $(OUT)/obj/tests/main.o

# FAISS (libfaiss-dev), for `rank --approximate`: a module of its own, opened at run time, where it is found.
# FAISS=0: not even then. FAISS_LIBRARIES: with a faster BLAS, -lfaiss -lopenblas.
FAISS ?= 1
FAISS_LIBRARIES ?= -lfaiss -lblas -llapack
faiss_header := $(wildcard /usr/include/faiss/IndexIVFFlat.h)
faiss_found := $(if $(SANITIZE)$(filter 0,$(FAISS)),,$(if $(faiss_header),$(shell \
  echo 'int main() {}' | $(CXX) -x c++ - -o /dev/null $(FAISS_LIBRARIES) 2>/dev/null && echo yes)))
faiss_module := $(if $(faiss_found),$(OUT)/search_faiss.so)
$(OUT)/search_faiss.so: $(faiss_source) reid/search/faiss/interface.h $(OUT)/flags
	@echo "  c++   $<"
	$(quiet)$(CXX) $(filter-out -MMD -MP,$(flags)) -fPIC -shared -o $@ $< $(FAISS_LIBRARIES)

.PHONY: build programs tests test check fuzz chaos bench demo examples exercise exercises course grade
.PHONY: counterexample build-it build-it-demo lesson-figures slides setup clean doctor format format-check
.PHONY: help FORCE
build: $(program) $(double_program) $(cuda_module) $(faiss_module) $(mpi_module) $(nccl_module)
tests: $(test_programs) $(cuda_module) $(faiss_module) $(mpi_module) $(nccl_module)
tests: $(FAKE_CARD) $(FAKE_CUBLAS) $(FAKE_NCCL)

$(program): $(OUT)/obj/apps/main.o $(foreach room,apps $(below_apps),$(OUT)/$(room).a)
$(double_program): $(double_apps:%.cpp=$(double)/obj/%.o) $(double)/engine.a $(double)/kernels.a
$(program) $(foreach room,reid apps,$(OUT)/tests/$(room)): libraries += $(database)
$(program): linked_with := $(shows_runtime)
$(program) $(double_program):
	@echo "  link  $@"
	$(quiet)$(link) $(linked_with) -o $@ $(filter-out %.map,$^) $(libraries)
$(program): kernels/laboratory/runtime.map

# ---- the library, and what is installed --------------------------------------------------------------------
# Everything below the commands in one library, static and shared. The number in the shared library's name
# changes when programs must be linked anew.
VERSION := 0.1.0
soname := libtriptych.so.0
library_rooms := $(below_apps)
library_archives := $(foreach room,$(library_rooms),$(OUT)/$(room).a)
$(OUT)/libtriptych.a: $(library_archives)
	@echo "  ar    $@"
	@rm -f $@
	$(quiet)printf '%s\n' 'create $@' $(^:%='addlib %') save end | $(AR) -M
$(OUT)/libtriptych.so.$(VERSION): $(library_archives) apps/install/exports.map
	@echo "  link  $@"
	$(quiet)$(link) -shared -Wl,-soname,$(soname) -Wl,-z,defs -Wl,--version-script=apps/install/exports.map \
	  -o $@ -Wl,--whole-archive $(library_archives) -Wl,--no-whole-archive $(libraries) $(database)

# The headers as they are installed: examples/ and programs outside the tree include <triptych/engine.h>.
headers := $(OUT)/include/triptych/engine.h
installable_headers := $(foreach room,$(library_rooms),$(wildcard $(room)/*.h $(room)/*/*.h $(room)/*/*/*.h))
$(headers): $(installable_headers) $(wildcard apps/install/*)
	@apps/install/headers.sh $(OUT)/include && touch $@

.PHONY: library headers install uninstall
headers: $(headers)
ifeq ($(PIC),)
library: $(headers)
	@$(MAKE) --no-print-directory PIC=1 library
else
library: $(OUT)/libtriptych.a $(OUT)/libtriptych.so.$(VERSION)
endif

PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
DESTDIR ?=
places = PREFIX='$(PREFIX)' LIBDIR='$(LIBDIR)' DESTDIR='$(DESTDIR)'
install: $(program) library $(cuda_module) $(faiss_module) $(mpi_module) $(nccl_module)
	@OUT=$(OUT) LIBRARY=$(OUT)$(if $(variant),-,/)pic $(places) VERSION=$(VERSION) \
	  MODULES='$(cuda_module) $(faiss_module) $(mpi_module) $(nccl_module)' apps/install/install.sh
uninstall:
	@$(places) apps/install/install.sh --remove

# ---- the exercises of the lessons (exercises/README.md), in double precision -------------------------------
# exercises/2_engine/1_tanh_test.cpp is the test of exercise 2.1: one program each, and one of all tests with
# the solutions.
exercises_dir     := $(double)/exercises
exercise_tests    := $(sort $(wildcard exercises/[1-9]*_*/*_test.cpp))
number_of_part     = $(firstword $(subst _, ,$(word $(1),$(subst /, ,$(2)))))
exercise_number    = $(call number_of_part,2,$(1)).$(call number_of_part,3,$(1))
exercise_numbers  := $(foreach test,$(exercise_tests),$(call exercise_number,$(test)))
exercise_programs := $(exercise_numbers:%=$(exercises_dir)/%)
# None in a student's tree (`make course`).
exercise_solutions := $(wildcard $(patsubst exercises/%_test.cpp,exercises/solutions/%.cpp,$(exercise_tests)))
counterexamples   := $(patsubst exercises/counterexamples/%.cpp,%,$(wildcard exercises/counterexamples/*.cpp))
exercise_objects  := $(patsubst %.cpp,$(double)/obj/%.o,$(exercise_tests) $(exercise_tests:_test.cpp=.cpp) \
  $(exercise_solutions) $(counterexamples:%=exercises/counterexamples/%.cpp))
objects += $(exercise_objects)
$(exercise_objects): extra = -Wno-unused-parameter

$(foreach test,$(exercise_tests),$(eval $(exercises_dir)/$(call exercise_number,$(test)): \
  $(test:%.cpp=$(double)/obj/%.o) $(test:%_test.cpp=$(double)/obj/%.o)))
$(exercises_dir)/solved: $(patsubst %.cpp,$(double)/obj/%.o,$(exercise_tests) $(exercise_solutions))
$(exercise_programs) $(exercises_dir)/solved: $(OUT)/obj/tests/main.o
$(counterexamples:%=$(exercises_dir)/%): $(exercises_dir)/%: $(double)/obj/exercises/counterexamples/%.o
course_programs := $(if $(exercise_solutions),$(exercises_dir)/solved) $(counterexamples:%=$(exercises_dir)/%)
$(course_programs) $(exercise_programs): $(double)/engine.a $(double)/kernels.a
	@mkdir -p $(@D)
	$(quiet)$(link) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(libraries)

# ---- the examples: programs that include the public headers alone, but for experiment.cpp (reid/) ----------
example_programs := $(patsubst examples/%.cpp,$(OUT)/examples/%,$(wildcard examples/*.cpp))
example_objects := $(example_programs:$(OUT)/examples/%=$(OUT)/obj/examples/%.o)
objects += $(example_objects)
$(example_objects): extra = -I$(OUT)/include
$(example_objects): $(headers)
$(OUT)/examples/experiment: $(OUT)/reid.a $(OUT)/datasets.a
$(example_programs): $(foreach room,drawing layers engine kernels,$(OUT)/$(room).a)
$(example_programs): $(OUT)/examples/%: $(OUT)/obj/examples/%.o
	@mkdir -p $(@D)
	@echo "  link  $@"
	$(quiet)$(link) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(libraries)
tests: $(example_programs)

# The images of the lessons: `make build/figures`, then the command beside each image.
figure_objects := $(patsubst %.cpp,$(OUT)/obj/%.o,$(wildcard exercises/figures/*.cpp))
objects += $(figure_objects)
$(OUT)/figures: $(figure_objects) $(foreach room,$(below_apps),$(OUT)/$(room).a)
	@echo "  link  $@"
	$(quiet)$(link) -o $@ $^ $(libraries)

# The exercises themselves are not among them: an answer that does not compile is the learner's business.
tests: $(course_programs) $(OUT)/figures $(patsubst %.cpp,$(double)/obj/%.o,$(exercise_tests))

# ---- the standard library, precompiled ---------------------------------------------------------------------
# Parsing its headers is half of the compile time of a small source, so they are precompiled once for each
# kind. Each source includes what it uses nevertheless: a build with DEBUG, alone=yes or clang has no
# precompiled headers. Neither have sources with other flags that g++ compares: those for the emulator.
standard_headers := algorithm array bit chrono cmath cstdint cstring filesystem fstream functional limits \
  map memory numeric optional random set span sstream string string_view tuple utility vector fmt/format.h
precompiled := $(if $(alone)$(findstring clang,$(CXX)),, \
  $(patsubst %,$(OUT)/precompiled/%/standard.h.gch,plain light test $(CPU_ISAS)))
$(OUT)/precompiled/test/%: standard_headers += doctest/doctest.h
$(CPU_ISAS:%=$(OUT)/precompiled/%/standard.h.gch): kernels/cpu/isa.mk
$(CPU_ISAS:%=$(OUT)/precompiled/%/standard.h.gch): standard_headers := cmath cstdint cstring memory string \
  type_traits vector
# Without this ccache keeps nothing that was compiled with them.
export CCACHE_SLOPPINESS ?= pch_defines,time_macros
$(precompiled): $(OUT)/flags
	@mkdir -p $(@D)
	@printf '#include <%s>\n' $(standard_headers) >$(@:.gch=)
	@echo "  c++   $(@:.gch=)"
	$(quiet)$(CXX) $(flags) $(speed_$(notdir $(@D))) -x c++-header -o $@ $(@:.gch=)
# With them g++ 12 sees impossible bounds in the standard library's copies of strings; builds without them
# still look, and so do the SIMD kernels, which have no strings.
precompiled_warnings = -Winvalid-pch $(if $(filter $(CPU_ISAS),$(1)),, \
  -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
without_precompiled := $(foreach folder,$(emulated_tests) tests/kernels/fake_cuda,$(folder)/%) \
  $(if $(PIC),,kernels/emulator/% kernels/ptx/counters.cpp) $(mpi_module_source) $(nccl_module_source)
# $(1): the kind
by_kind = $(speed_$(1)) $(if $(precompiled),$(if $(filter-out $(without_precompiled),$<), \
  $(call precompiled_warnings,$(1)) -include $(OUT)/precompiled/$(1)/standard.h))

# ---- objects -----------------------------------------------------------------------------------------------
$(OUT)/obj/%.o: %.cpp $(OUT)/flags | $(precompiled)
	@mkdir -p $(@D)
	@echo "  c++   $<"
	$(quiet)$(CXX) $(flags) $(call by_kind,$(kind)) $(extra) -c -o $@ $<

$(together:%=$(OUT)/together/%.cpp): $(OUT)/together/%.cpp: FORCE
	@mkdir -p $(@D)
	@tests/scripts/replace_if_changed.sh $@ "$$(printf '#include "%s"\n' $(together_$*))"
$(OUT)/obj/together/%.o: $(OUT)/together/%.cpp $(OUT)/flags | $(precompiled)
	@mkdir -p $(@D)
	@echo "  c++   $* ($(words $(together_$*)) sources)"
	$(quiet)$(CXX) $(flags) $(call by_kind,$(kind)) $(extra) -c -o $@ $<
$(double)/obj/together/%.o: $(OUT)/together/%.cpp $(OUT)/flags | $(precompiled)
	@mkdir -p $(@D)
	@echo "  c++   $* ($(words $(together_$*)) sources, double)"
	$(quiet)$(CXX) $(flags) $(call by_kind,$(double_kind)) $(extra) -DTRIPTYCH_DOUBLE -c -o $@ $<

$(double)/obj/%.o: %.cpp $(OUT)/flags | $(precompiled)
	@mkdir -p $(@D)
	@echo "  c++   $< (double)"
	$(quiet)$(CXX) $(flags) $(call by_kind,$(double_kind)) $(extra) -DTRIPTYCH_DOUBLE -c -o $@ $<

$(OUT)/embedded.cpp: $(page_assets) tests/scripts/embed.sh
	@mkdir -p $(@D)
	@tests/scripts/embed.sh $@ reid/report/page/assets.h triptych Asset embedded_assets $(page_assets)
$(OUT)/learners_headers.cpp: $(learners_headers) tests/scripts/embed.sh
	@mkdir -p $(@D)
	@tests/scripts/embed.sh $@ kernels/laboratory/headers.h triptych::laboratory Header embedded_headers \
	  $(learners_headers)
$(page_object): $(OUT)/embedded.cpp $(OUT)/flags
$(learners_object): $(OUT)/learners_headers.cpp $(OUT)/flags
$(page_object) $(learners_object):
	@mkdir -p $(@D)
	$(quiet)$(CXX) $(flags) -c -o $@ $<

define simd_rule
$(OUT)/obj/%.$(1).o: %.cpp $(OUT)/flags kernels/cpu/isa.mk | $(precompiled)
	@mkdir -p $$(@D)
	@echo "  c++   $$< ($(1))"
	$$(quiet)$(CXX) $(flags) $$(call by_kind,$(1)) -c -o $$@ $$<
endef
$(foreach isa,$(CPU_ISAS),$(eval $(call simd_rule,$(isa))))

# A network's input has the same bits on every machine: no product is fused with the sum that follows.
$(OUT)/obj/kernels/cpu/warp.o: extra = -ffp-contract=off

# Eigen is for the features and the metrics alone: it is slow to compile. Its threads are off: the same bits
# for any number. g++ 12 sees uninitialised storage in copies of empty matrices where there is none (clang
# does not).
eigen_folders := reid/features reid/metrics tests/reid/features tests/reid/metrics
eigen_flags = -isystem /usr/include/eigen3 -DEIGEN_DONT_PARALLELIZE \
  $(if $(findstring clang,$(CXX)),,-Wno-maybe-uninitialized)
eigen_objects := $(foreach folder,$(eigen_folders), \
  $(OUT)/obj/$(folder)/%.o $(OUT)/obj/together/$(folder)_test.o)
$(eigen_objects): extra = $(eigen_flags)

# kernels/cuda for the emulator: plain C++ that finds kernels/emulator's <cuda_runtime.h> first.
$(OUT)/obj/%.cu.o: %.cu $(OUT)/flags kernels/emulator/emulator.mk
	@mkdir -p $(@D)
	@echo "  c++   $< (emulator)"
	$(quiet)$(CXX) $(flags) $(EMULATED_FLAGS) -x c++ -c -o $@ $<
# mul.f32 and add.f32 round twice on every processor, also where there is an instruction for both.
$(OUT)/obj/kernels/ptx/%.o: extra = -ffp-contract=off
$(OUT)/obj/kernels/ptx/counters.o: extra = $(LOADABLE)  # it is a part of the fake card as well
$(OUT)/obj/kernels/laboratory/%.o: extra = $(EMULATOR_DEFINES)
$(OUT)/obj/kernels/emulator/%.o: extra = $(EMULATOR_INCLUDE) $(EMULATOR_DEFINES) $(LOADABLE)
$(patsubst %.cpp,$(OUT)/obj/%.o,$(wildcard kernels/emulator/*.cpp)): kernels/emulator/emulator.mk
$(foreach folder,$(emulated_tests),$(OUT)/obj/$(folder)/%.o): extra = $(EMULATED_FLAGS)
$(EMULATOR_SCHEDULER:%.cpp=$(OUT)/obj/%.o): extra = $(UNINSTRUMENTED)

# Which commit and which flags this is goes into one object, so that a commit recompiles one file.
$(OUT)/obj/apps/version.o: $(OUT)/commit
$(OUT)/obj/apps/version.o: extra = -DTRIPTYCH_COMMIT="\"$$(cat $(OUT)/commit)\"" \
  -DTRIPTYCH_FLAGS='"$(CXX) $(flags)"'

$(OUT)/commit: FORCE
	@mkdir -p $(@D)
	@tests/scripts/replace_if_changed.sh $@ "$$(git describe --always --dirty 2>/dev/null || echo unknown)"

# The compiler's version and all flags: everything depends on this file, which changes only when they do.
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@MPI="$(if $(mpi_module),$(MPICXX))" \
	  NVCC="$(NVCC)" CUDA="$(CUDA)" CUDA_ARCH="$(CUDA_ARCH)" tests/scripts/probe.sh $@ "$(CXX)" "$(flags)"

# The CUDA module, and the PTX that nvcc makes on the way, which `--device ptx` interprets. nvcc compiles a
# source once for all cards; what ptxas says of each kernel's registers stays in a log, for
# tests/scripts/ptxas_limits.sh, and beside the PTX, for `bench --card`.
cuda_objects := $(CUDA_SOURCES:%.cu=$(OUT)/cuda/%.o)
$(OUT)/cuda/%.o: %.cu $(OUT)/cuda/flags
	@mkdir -p $(@D) $(OUT)/ptx $(OUT)/cuda/$*.kept
	@echo "  nvcc  $<"
	$(quiet)$(NVCC) $(CUDA_FLAGS) $(cuda_cards) $(call cuda_code_of,$<) -I. -Xptxas -v -MMD -MP -keep \
	  -keep-dir $(OUT)/cuda/$*.kept -c -o $@ $< >$(@:.o=.log) 2>&1 \
	  || { cat $(@:.o=.log); exit 1; }
	@grep -i 'warning' $(@:.o=.log) || true
	@cp $(OUT)/cuda/$*.kept/$(*F).ptx $(OUT)/ptx/$(*F).ptx && rm -rf $(OUT)/cuda/$*.kept
	@cp $(@:.o=.log) $(OUT)/ptx/$(*F).ptxas
$(OUT)/device_cuda.so: $(cuda_objects) kernels/cuda/exports.map
	@echo "  link  $@"
	$(quiet)$(NVCC) -shared -o $@ $(cuda_objects) -Xlinker --version-script=kernels/cuda/exports.map
$(OUT)/cuda/flags: FORCE
	@mkdir -p $(@D)
	@tests/scripts/replace_if_changed.sh $@ "$$($(NVCC) --version | tail -1) $(CUDA_FLAGS) $(CUDA_CODE)"

# The MPI module (engine/mpi/mpi.mk).
$(OUT)/obj/engine/mpi/module.o: extra = -fPIC -fvisibility=hidden -DOMPI_SKIP_MPICXX $(mpi_flags)
objects += $(if $(mpi_module),$(OUT)/obj/engine/mpi/module.o)
$(OUT)/communicator_mpi.so: $(OUT)/obj/engine/mpi/module.o
	@echo "  link  $@"
	$(quiet)$(link) -shared -o $@ $^ $(mpi_libraries)

# The NCCL module (engine/nccl/nccl.mk).
$(OUT)/obj/engine/nccl/module.o: extra = -fPIC -fvisibility=hidden $(nccl_flags)
objects += $(if $(nccl_module),$(OUT)/obj/engine/nccl/module.o)
$(OUT)/communicator_nccl.so: $(OUT)/obj/engine/nccl/module.o
	@echo "  link  $@"
	$(quiet)$(link) -shared -o $@ $^ $(nccl_libraries)

objects += $(if $(FAKE_CARD),$(OUT)/obj/tests/kernels/fake_cuda/card.o)
# The fake card of the tests, and libraries that stand in for cuBLAS and NCCL beside it
# (kernels/emulator/emulator.mk).
$(OUT)/obj/tests/kernels/fake_cuda/%.o: extra = $(EMULATED_FLAGS)
$(OUT)/obj/tests/kernels/fake_cuda/processors.o: kernels/processors.cpp $(OUT)/flags
	@mkdir -p $(@D)
	$(quiet)$(CXX) $(flags) -fPIC -c -o $@ $<
$(OUT)/tests/device_fake_cuda.so: $(fake_card_objects) tests/kernels/fake_cuda/exports.map
	@mkdir -p $(@D)
	@echo "  link  $@"
	$(quiet)$(link) -shared -o $@ $(fake_card_objects) -Wl,--version-script=tests/kernels/fake_cuda/exports.map \
	  $(FAKE_CARD_WRAPS:%=-Wl,--wrap=%) $(libraries)
$(OUT)/tests/fake_cublas/libcublas.so.13: tests/kernels/fake_cuda/cublas.cpp $(OUT)/flags
	@mkdir -p $(@D)
	$(quiet)$(CXX) $(flags) -fPIC -shared -o $@ $<
$(OUT)/tests/fake_nccl/libnccl.so.2: tests/kernels/fake_cuda/nccl.cpp $(OUT)/flags
	@mkdir -p $(@D)
	$(quiet)$(CXX) $(flags) $(nccl_flags) -fPIC -shared -o $@ $< -ldl -lrt

# The planted mistakes of tests/kernels/planted: for the emulator, and as PTX for the interpreter.
planted_ptx := $(if $(NVCC),$(OUT)/tests/planted.ptx)
$(OUT)/tests/kernels: $(OUT)/obj/tests/kernels/planted/kernels.cu.o | $(planted_ptx)
objects += $(OUT)/obj/tests/kernels/planted/kernels.cu.o
$(OUT)/tests/planted.ptx: tests/kernels/planted/kernels.cu tests/kernels/planted/kernels.h $(OUT)/cuda/flags
	@mkdir -p $(@D)
	@echo "  nvcc  $<"
	$(quiet)$(NVCC) $(CUDA_FLAGS) -ptx -arch=$(cuda_base) -I. -o $@ $<

# ---- fuzzing -----------------------------------------------------------------------------------------------
include tests/fuzz/fuzz.mk

-include $(sort $(objects:.o=.d) $(cuda_objects:.o=.d))

# ---- the commands ------------------------------------------------------------------------------------------
setup:
	@tests/scripts/setup.sh "$(CXX)"

# Where the demo writes: into the tree, or beside the build of a tree that may only be read.
runs := $(if $(shell test -w . && echo yes),runs,$(BUILD)/runs)

# DEVICE=cuda tests that device alone.
test: setup
	@$(MAKE) --no-print-directory build tests
	@$(MAKE) -sk $(exercise_programs) || true
	@DEVICE=$(DEVICE) NVCC=$(NVCC) tests/scripts/run.sh $(OUT)

demo: setup
	@$(MAKE) --no-print-directory $(OUT)/triptych
	$(OUT)/triptych demo --out $(runs)/demo

# ONLY=REGEX, ROUNDS=3, BENCH_SECONDS=1, PYTHON=python3: see apps/bench/compare.sh. REGEX as it was written: $
# is not make's there.
bench: build
	@CXX="$(CXX)" ONLY='$(value ONLY)' apps/bench/compare.sh $(OUT)/triptych $(OUT)/peers

examples: setup
	@$(MAKE) --no-print-directory $(example_programs)
	@examples/compare.sh $(OUT)/examples

unknown = echo "which one? make $(1); there are $(2)"; exit 1
exercise: setup
	@$(if $(filter $(N),$(exercise_numbers)),,$(call unknown,exercise N=2.1,$(exercise_numbers)))
	@$(MAKE) -s $(exercises_dir)/$(N)
	@exercises/run.sh $(exercises_dir)/$(N)

exercises: setup
	@$(MAKE) -sk $(exercise_programs) || true
	@exercises/run.sh $(exercise_programs)

# A student's tree, without solutions, in the new folder OUT=DIR.
course:
	@exercises/course.sh $(given_out)

# Grades the exercises of this tree, or of ANSWERS=DIR: JSON into OUT=FILE, JUnit XML beside it.
ANSWERS ?= .
grade: setup
	@$(MAKE) -s $(patsubst %.cpp,$(double)/obj/%.o,$(exercise_tests)) $(OUT)/obj/tests/main.o \
	  $(double)/engine.a $(double)/kernels.a $(program)
	@exercises/grade.sh $(OUT) $(ANSWERS) $(or $(given_out),$(OUT)/grades.json)

counterexample: setup
	@$(if $(filter $(N),$(counterexamples)),,$(call unknown,counterexample N=nan,$(counterexamples)))
	@$(MAKE) -s $(exercises_dir)/$(N)
	@$(exercises_dir)/$(N)

# The build-it track: the learner's functions of MINE linked in place of the engine's, up to step N.
MINE ?= exercises/build_it
build-it build-it-demo: setup
	@$(MAKE) --no-print-directory $(OUT)/triptych $(OUT)/obj/tests/main.o
	@CXX="$(CXX)" exercises/build_it/run.sh $(OUT) $(if $(filter build-it-demo,$@),demo,$(or $(N),all)) $(MINE)

# All figures of the lessons as SVG into the folder OUT=DIR; RUN=DIR, a run with epochs, adds lesson 5's.
lesson-figures: setup
	@$(MAKE) --no-print-directory $(OUT)/figures
	@$(OUT)/figures all $(or $(given_out),runs/figures) $(RUN)

# Ten slides for each lesson, from the lessons' own pages, as one HTML file OUT=FILE.
slides: setup
	@exercises/slides/slides.sh $(or $(given_out),runs/slides.html)

doctor:
	@tests/scripts/doctor.sh "$(CXX)" "$(BUILD)"

# Every parser against libFuzzer for SECONDS in all.
SECONDS ?= 60
fuzz:
	@$(MAKE) --no-print-directory SANITIZE=fuzzer CUDA=0 fuzzers
	@tests/fuzz/run.sh $(BUILD)/fuzzer $(SECONDS)

# Kills (KILLS=100), full disks, two writers and all signals, in training and tables: nothing is lost.
chaos: setup
	@$(MAKE) --no-print-directory $(OUT)/triptych
	@tests/scripts/chaos.sh $(OUT)/triptych

check: setup
	+@BUILD=$(BUILD) LLVM=$(LLVM) tests/scripts/check.sh

format:
	@tests/scripts/format.sh --fix
format-check:
	@tests/scripts/format.sh

# One entry for each source, compiled alone as with DEBUG=1 (without precompiled headers): for clangd and
# clang-tidy.
compile_commands.json: FORCE
	@$(MAKE) -nBk --no-print-directory DEBUG=1 V=1 CUDA=0 build tests 2>/dev/null \
	  | tests/scripts/compile_commands.sh >$@

clean:
	rm -rf $(BUILD)

help:
	@echo "make               build build/triptych, and build/triptych-double for gradient checks"
	@echo "make demo          set up, build and run the main job on synthetic people, into runs/demo"
	@echo "make test          set up, build and run all tests"
	@echo "make exercises     which exercises of the lessons you have solved; make exercise N=2.1 runs one"
	@echo "make examples      the programs of examples/ beside their PyTorch twins; PYTHON=python3"
	@echo "make course OUT=DIR   a student's tree, without solutions"
	@echo "make grade OUT=FILE [ANSWERS=DIR]   grades as JSON and JUnit XML"
	@echo "make build-it      your own functions in place of the engine's, step by step: N=3; make build-it-demo"
	@echo "make slides OUT=FILE   ten slides a lesson, for a browser or paper"
	@echo "make lesson-figures OUT=DIR   the figures of the lessons as SVG"
	@echo "make counterexample   one of the classic mistakes: N=accumulation, N=collapse or N=nan"
	@echo "make test DEVICE=cuda   only the kernels, on that device (emulator, ptx, fake-cuda, ...)"
	@echo "make fuzz          every parser against libFuzzer for SECONDS=60 in all"
	@echo "make chaos         kills, signals, full disks, two writers: nothing is lost (KILLS=100)"
	@echo "make check         format, rooms, mutants, installation; reports sanitizers, ARM"
	@echo "make bench         the time of kernels, steps and inference, beside installed frameworks; ONLY=REGEX"
	@echo "make install       program, libraries, headers, triptych.pc; PREFIX=/usr/local DESTDIR= LIBDIR="
	@echo "make uninstall     removes them again"
	@echo "make compile_commands.json   how each source is compiled, for clangd"
	@echo "make doctor        compiler, packages, instruction set and expected times of this machine"
	@echo "make setup         install what is missing (Debian, Ubuntu)"
	@echo "make format        format the sources; make format-check only looks"
	@echo "make clean         remove $(BUILD)/"
	@echo "Options: DEBUG=1, SANITIZE=address|undefined|thread, CXX=..., CUDA=0, CUDA_ARCH='75 80 90',"
	@echo "         BUILD=DIR, V=1 (show commands), -jN"
