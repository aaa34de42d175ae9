# The MPI module, communicator_mpi.so: built where Open MPI's compiler wrapper is found, for the processor
# that this build is for. MPI=0 leaves it out; MPICXX=PATH is another wrapper. Open MPI is not instrumented by
# sanitizers: such a build has no module.
MPI ?= 1
MPICXX ?= mpicxx
mpi_flags := $(if $(filter-out 0,$(MPI)),$(if $(SANITIZE),,$(shell $(MPICXX) --showme:compile 2>/dev/null)))
# mpicxx adds MPI's C++ classes, which newer versions do not have; the C functions suffice.
mpi_libraries := $(if $(mpi_flags),$(filter-out -lmpi_cxx,$(shell $(MPICXX) --showme:link 2>/dev/null)))
mpi_target := $(if $(mpi_flags),$(firstword $(subst -, ,$(shell $(MPICXX) -dumpmachine 2>/dev/null))))
mpi_module = $(if $(filter $(target),$(mpi_target)),$(OUT)/communicator_mpi.so)

mpi_module_source := engine/mpi/module.cpp
