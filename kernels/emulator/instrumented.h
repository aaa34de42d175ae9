#pragma once
// Included before everything else in kernels/cuda (emulator.mk). g++ calls these functions at every access to
// memory (-fsanitize=thread) and where signed integers overflow (-fsanitize=signed-integer-overflow); here
// they get names of their own (instrumentation.cpp), so that nothing of the sanitizers' libraries is needed,
// and no program that is linked with this one loses its sanitizer.
#define TRIPTYCH_RENAME(name) asm(".set __tsan_" #name ", triptych_" #name)
#define TRIPTYCH_RENAME_SIZES(kind) \
  TRIPTYCH_RENAME(kind##1);         \
  TRIPTYCH_RENAME(kind##2);         \
  TRIPTYCH_RENAME(kind##4);         \
  TRIPTYCH_RENAME(kind##8);         \
  TRIPTYCH_RENAME(kind##16)

TRIPTYCH_RENAME(init);
TRIPTYCH_RENAME(func_entry);
TRIPTYCH_RENAME(func_exit);
TRIPTYCH_RENAME(vptr_update);
TRIPTYCH_RENAME_SIZES(read);
TRIPTYCH_RENAME_SIZES(write);
TRIPTYCH_RENAME_SIZES(volatile_read);
TRIPTYCH_RENAME_SIZES(volatile_write);
TRIPTYCH_RENAME_SIZES(unaligned_read);
TRIPTYCH_RENAME_SIZES(unaligned_write);
TRIPTYCH_RENAME(read_range);
TRIPTYCH_RENAME(write_range);
// Of host code: guards of static variables, the counts of shared pointers.
#define TRIPTYCH_RENAME_ATOMICS(bits)                      \
  TRIPTYCH_RENAME(atomic##bits##_load);                    \
  TRIPTYCH_RENAME(atomic##bits##_store);                   \
  TRIPTYCH_RENAME(atomic##bits##_exchange);                \
  TRIPTYCH_RENAME(atomic##bits##_fetch_add);               \
  TRIPTYCH_RENAME(atomic##bits##_fetch_sub);               \
  TRIPTYCH_RENAME(atomic##bits##_fetch_or);                \
  TRIPTYCH_RENAME(atomic##bits##_fetch_and);               \
  TRIPTYCH_RENAME(atomic##bits##_compare_exchange_strong); \
  TRIPTYCH_RENAME(atomic##bits##_compare_exchange_weak)
TRIPTYCH_RENAME_ATOMICS(8);
TRIPTYCH_RENAME_ATOMICS(32);
TRIPTYCH_RENAME_ATOMICS(64);
TRIPTYCH_RENAME(atomic_thread_fence);
asm(".set __ubsan_handle_add_overflow, triptych_add_overflow");
asm(".set __ubsan_handle_sub_overflow, triptych_sub_overflow");
asm(".set __ubsan_handle_mul_overflow, triptych_mul_overflow");
asm(".set __ubsan_handle_negate_overflow, triptych_negate_overflow");
asm(".set __ubsan_handle_divrem_overflow, triptych_divrem_overflow");
