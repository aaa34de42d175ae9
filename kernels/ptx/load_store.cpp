// ld and st. Most of them move whole words of all 32 lanes.
#include <cstring>

#include "kernels/ptx/locate.h"

namespace triptych::ptx {
namespace {

template <class T>
T element(const std::byte* place) {
  T value;
  std::memcpy(&value, place, sizeof value);
  return value;
}

// One element of 1, 2 or 4 bytes as a lane of a 32-bit row.
std::uint32_t narrow_element(const std::byte* place, int bytes, bool sign_extends) {
  if (bytes == 4) return element<std::uint32_t>(place);
  if (bytes == 2) {
    const auto value = element<std::uint16_t>(place);
    return sign_extends ? static_cast<std::uint32_t>(static_cast<std::int16_t>(value)) : value;
  }
  const auto value = element<std::uint8_t>(place);
  return sign_extends ? static_cast<std::uint32_t>(static_cast<std::int8_t>(value)) : value;
}

// ---- four words a lane: the 4 x 4 words of four lanes are transposed ------------------------------------

using Quad [[gnu::vector_size(16)]] = std::uint32_t;

TRIPTYCH_INTO void transpose(Quad (&q)[4]) {
  const Quad a = __builtin_shufflevector(q[0], q[1], 0, 4, 1, 5),
             b = __builtin_shufflevector(q[0], q[1], 2, 6, 3, 7);
  const Quad c = __builtin_shufflevector(q[2], q[3], 0, 4, 1, 5),
             d = __builtin_shufflevector(q[2], q[3], 2, 6, 3, 7);
  q[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5), q[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  q[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5), q[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

TRIPTYCH_INTO void load_quads(Warp& warp, const Access& access, const Places& places) {
  std::uint32_t unwanted[lanes];  // {_, %f2, ...}
  std::uint32_t* rows[4];
  for (int i = 0; i < 4; ++i)
    rows[i] = access.values[i] < 0 ? unwanted : warp.words[static_cast<std::size_t>(access.values[i])].lane;
  for (int l = 0; l < lanes; l += 4) {
    Quad q[4];
    for (int i = 0; i < 4; ++i) std::memcpy(&q[i], places.of(l + i), sizeof(Quad));
    transpose(q);
    for (int i = 0; i < 4; ++i) std::memcpy(rows[i] + l, &q[i], sizeof(Quad));
  }
}

TRIPTYCH_INTO void store_quads(const Warp& warp, const Access& access, const Places& places) {
  const std::uint32_t* rows[4];
  for (int i = 0; i < 4; ++i) rows[i] = warp.words[static_cast<std::size_t>(access.values[i])].lane;
  for (int l = 0; l < lanes; l += 4) {
    Quad q[4];
    for (int i = 0; i < 4; ++i) std::memcpy(&q[i], rows[i] + l, sizeof(Quad));
    transpose(q);
    for (int i = 0; i < 4; ++i) std::memcpy(places.of(l + i), &q[i], sizeof(Quad));
  }
}

// ---- any elements ---------------------------------------------------------------------------------------

TRIPTYCH_INTO void load_words(Warp& warp, const Access& access, const Places& places) {
  for (int i = 0; i < access.count; ++i) {
    if (access.values[i] < 0) continue;  // {_, %f2}
    std::uint32_t* const row = warp.words[static_cast<std::size_t>(access.values[i])].lane;
    if (access.count == 1 && places.shape && places.shape->is_contiguous())
      std::memcpy(row, places.of(0), sizeof(WordRow));
    else if (places.shape && places.shape->is_one_address())
      std::fill_n(row, lanes, element<std::uint32_t>(places.of(0) + 4 * i));
    else
      for (int l = 0; l < lanes; ++l) row[l] = element<std::uint32_t>(places.of(l) + 4 * i);
  }
}

// The same of some lanes: what the others read is not kept.
TRIPTYCH_INTO void load_some_words(Warp& warp, const Access& access, Mask mask, const Places& places) {
  for (int i = 0; i < access.count; ++i) {
    if (access.values[i] < 0) continue;
    std::uint32_t* const row = warp.words[static_cast<std::size_t>(access.values[i])].lane;
    alignas(64) std::uint32_t got[lanes];
    for (int l = 0; l < lanes; ++l) got[l] = element<std::uint32_t>(places.of(l) + 4 * i);
#pragma omp simd
    for (int l = 0; l < lanes; ++l) row[l] = mask >> l & 1 ? got[l] : row[l];
  }
}

void load_elements(Warp& warp, const Access& access, Mask mask, const Places& places) {
  for (int i = 0; i < access.count; ++i) {
    if (access.values[i] < 0) continue;
    const auto row = static_cast<std::size_t>(access.values[i]);
    const int at = i * access.bytes;
    for (Mask rest = mask; rest; rest &= rest - 1) {
      const int l = std::countr_zero(rest);
      const std::byte* const place = places.of(l) + at;
      if (access.value_file == File::words) {
        warp.words[row].lane[l] = narrow_element(place, access.bytes, access.sign_extends);
      } else if (access.bytes == 8) {
        warp.longs[row].lane[l] = element<std::uint64_t>(place);
      } else {  // a 64-bit register may also receive a narrower element
        const std::uint32_t low = narrow_element(place, access.bytes, access.sign_extends);
        warp.longs[row].lane[l] =
            access.sign_extends ? static_cast<std::uint64_t>(static_cast<std::int32_t>(low)) : low;
      }
    }
  }
}

void store_elements(const Warp& warp, const Access& access, Mask mask, const Places& places) {
  for (int i = 0; i < access.count; ++i) {
    const auto row = static_cast<std::size_t>(access.values[i]);
    for (Mask rest = mask; rest; rest &= rest - 1) {
      const int l = std::countr_zero(rest);
      // The low bytes of a lane come first: all supported machines are little-endian.
      const void* const value = access.value_file == File::longs
                                    ? static_cast<const void*>(&warp.longs[row].lane[l])
                                    : &warp.words[row].lane[l];
      std::memcpy(places.of(l) + i * access.bytes, value, access.bytes);
    }
  }
}

bool are_words(const Access& access) {
  return access.bytes == 4 && access.value_file == File::words;
}
bool are_words_of_all(const Access& access, Mask mask) {
  return mask == all_lanes && are_words(access);
}

TRIPTYCH_INTO void load(Warp& warp, const Instruction& instruction, Mask mask) {
  const Access& access = instruction.access;
  Places places;
  locate_lanes(warp, access, mask, Purpose::read, access.size(), places);
  // In local memory each lane has its own, and an inactive one has no address.
  if (!are_words(access) || (mask != all_lanes && !places.shape))
    load_elements(warp, access, mask, places);
  else if (mask != all_lanes)
    load_some_words(warp, access, mask, places);
  else if (access.count == 4)
    load_quads(warp, access, places);
  else
    load_words(warp, access, places);
  if (access.kind != emulator::AccessKind::strong) return;
  std::byte* each[lanes];
  for (int l = 0; l < lanes; ++l) each[l] = places.of(l);
  acquire(warp, access, mask, each);
}

TRIPTYCH_INTO void store(Warp& warp, const Instruction& instruction, Mask mask) {
  const Access& access = instruction.access;
  Places places;
  locate_lanes(warp, access, mask, Purpose::write, access.size(), places);
  if (!are_words_of_all(access, mask))
    store_elements(warp, access, mask, places);
  else if (access.count == 4)
    store_quads(warp, access, places);
  else if (access.count == 1 && places.shape && places.shape->is_contiguous())
    std::memcpy(places.of(0), &warp.words[static_cast<std::size_t>(access.values[0])], sizeof(WordRow));
  else
    store_elements(warp, access, mask, places);
}

void load_anywhere(Warp& warp, const Instruction& instruction, Mask mask) {
  load(warp, instruction, mask);
}
void store_anywhere(Warp& warp, const Instruction& instruction, Mask mask) {
  store(warp, instruction, mask);
}
TRIPTYCH_LANES void load_lanes(Warp& warp, const Instruction& instruction, Mask mask) {
  load(warp, instruction, mask);
}
TRIPTYCH_LANES void store_lanes(Warp& warp, const Instruction& instruction, Mask mask) {
  store(warp, instruction, mask);
}

}  // namespace

Execute load_function() {
  return has_wide_lanes() ? load_lanes : load_anywhere;
}
Execute store_function() {
  return has_wide_lanes() ? store_lanes : store_anywhere;
}

}  // namespace triptych::ptx
