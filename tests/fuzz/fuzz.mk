# The fuzz targets of `make fuzz`, built with SANITIZE=fuzzer: clang's libFuzzer with the address and
# undefined-behaviour sanitizers. tests/fuzz/NAME.cpp is the target of a parser. Most need a few sources;
# those that make tensors link with the rooms.
fuzz_engine := engine/file.cpp engine/file_kind.cpp engine/text.cpp engine/json.cpp engine/stop.cpp
fuzz_sources_image   := $(patsubst %,datasets/%.cpp,image integrity jpeg pnm exif stb) $(fuzz_engine)
fuzz_sources_splits  := datasets/splits.cpp $(fuzz_engine)
fuzz_sources_config  := apps/config_file.cpp $(fuzz_engine)
fuzz_sources_options := reid/options.cpp $(fuzz_engine)
fuzz_sources_text    := $(fuzz_engine)
fuzz_light := image splits config options text
fuzz_rooms := tensors records
fuzz_targets := $(fuzz_light) $(fuzz_rooms)

fuzz_program = $(OUT)/fuzz/$(1): $(patsubst %.cpp,$(OUT)/obj/%.o,tests/fuzz/$(1).cpp $(2)) $(3)
$(foreach target,$(fuzz_light),$(eval $(call fuzz_program,$(target),$(fuzz_sources_$(target)),)))
fuzz_archives := $(foreach room,reid $(below_reid),$(OUT)/$(room).a)
$(foreach target,$(fuzz_rooms),$(eval $(call fuzz_program,$(target),,$(fuzz_archives))))
fuzz_programs := $(fuzz_targets:%=$(OUT)/fuzz/%)
objects += $(fuzz_targets:%=$(OUT)/obj/tests/fuzz/%.o) $(OUT)/obj/apps/config_file.o
$(fuzz_programs):
	@mkdir -p $(@D)
	@echo "  link  $@"
	$(quiet)$(CXX) $(flags) -fsanitize=fuzzer -o $@ $^ $(libraries)

.PHONY: fuzzers
fuzzers: $(fuzz_programs)
