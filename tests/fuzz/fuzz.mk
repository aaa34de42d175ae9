# The fuzz targets of `make fuzz`, built with SANITIZE=fuzzer: clang's libFuzzer with the address and
# undefined-behaviour sanitizers. tests/fuzz/NAME.cpp is the target of a parser, fuzz_sources_NAME all that it
# reaches: whole rooms would take ten times as long to build.
fuzz_engine := $(patsubst %,engine/%.cpp,file file_kind text json stop)
fuzz_tensors := tests/fuzz/backends.cpp $(wildcard kernels/reference/*.cpp) \
  $(patsubst %,kernels/%.cpp,batch_part context team host_memory processors) \
  $(patsubst %,engine/%.cpp,batch_split communicator device image_split parameter \
  storage_pool shape tensor tape ops/detail ops/linear)
fuzz_network := $(patsubst %,engine/%.cpp,safetensors) reid/options.cpp \
  $(filter-out engine/ops/detail.cpp engine/ops/linear.cpp,$(wildcard engine/ops/*.cpp)) \
  $(wildcard layers/*.cpp reid/network/*.cpp reid/temporal/*.cpp)
fuzz_ranks := $(fuzz_tensors) reid/evaluation/ranking.cpp \
  $(patsubst %,reid/report/%.cpp,records scores)

fuzz_sources_config  := apps/config_file.cpp $(fuzz_engine)
fuzz_sources_image   := $(patsubst %,datasets/%.cpp,image integrity jpeg pnm exif stb) $(fuzz_engine)
fuzz_sources_lists   := datasets/csv.cpp datasets/layout_names.cpp $(fuzz_engine)
fuzz_sources_mat     := datasets/mat_file.cpp datasets/stb.cpp $(fuzz_engine)
fuzz_sources_options := reid/options.cpp $(fuzz_engine)
fuzz_sources_pages   := $(patsubst %,reid/report/page/%.cpp,cmc_section run_section page) \
  reid/table/published.cpp $(fuzz_ranks) $(fuzz_engine)
fuzz_sources_records := $(patsubst %,reid/report/%.cpp,results ranked_json ranking_json inputs_json) \
  reid/experiment/rows.cpp reid/key.cpp reid/options.cpp engine/sha256.cpp $(fuzz_ranks) $(fuzz_engine)
fuzz_sources_splits  := datasets/splits.cpp $(fuzz_engine)
fuzz_sources_tensors := $(fuzz_tensors) $(fuzz_network) $(fuzz_engine)
fuzz_sources_text    := $(fuzz_engine)
fuzz_targets := config image lists mat options pages records splits tensors text

fuzz_objects = $(patsubst %.cpp,$(OUT)/obj/%.o,tests/fuzz/$(1).cpp $(fuzz_sources_$(1)))
$(foreach target,$(fuzz_targets),$(eval $(OUT)/fuzz/$(target): $(call fuzz_objects,$(target))))
$(OUT)/fuzz/pages: $(page_object)
fuzz_programs := $(fuzz_targets:%=$(OUT)/fuzz/%)
objects += $(sort $(foreach target,$(fuzz_targets),$(call fuzz_objects,$(target))))
$(fuzz_programs):
	@mkdir -p $(@D)
	@echo "  link  $@"
	$(quiet)$(CXX) $(flags) -fsanitize=fuzzer -o $@ $^ $(libraries)

.PHONY: fuzzers
fuzzers: $(fuzz_programs)
