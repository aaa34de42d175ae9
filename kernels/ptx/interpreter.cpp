#include "kernels/ptx/interpreter.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <optional>

#include "kernels/processors.h"
#include "kernels/ptx/fault.h"
#include "kernels/ptx/readable.h"

namespace triptych::ptx {
namespace {

constexpr std::size_t variable_alignment = 256;  // of a module's variables: more than any type requires

// The argument block as the driver passes it to a kernel: each argument at the offset given in the PTX.
std::vector<std::byte> packed(const Code& code, std::span<const KernelArgument> arguments) {
  if (arguments.size() != code.parameters.size())
    fault(
        "{} takes {} arguments by its PTX and {} by the host's code: they are of different builds; run "
        "'make' again",
        code.readable, code.parameters.size(), arguments.size());
  std::vector<std::byte> bytes(code.parameter_bytes);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Parameter& parameter = code.parameters[i];
    if (parameter.bytes != arguments[i].bytes)
      fault(
          "{}: argument {} has {} bytes by the PTX and {} by the host's code: they are of different "
          "builds; run 'make' again",
          code.readable, i + 1, parameter.bytes, arguments[i].bytes);
    std::memcpy(bytes.data() + parameter.offset, arguments[i].address, arguments[i].bytes);
  }
  return bytes;
}

// The sum over the instructions of a kernel, whose multiply-adds are known by their text.
Counts counts_of(const Code& code, std::size_t instruction, Counts counts) {
  const std::string_view text = code.texts[instruction];
  if (text.find("fma.") != std::string_view::npos) counts.multiply_adds = counts.threads;
  // mma.sync: 16 x 8 sums of 8 or 16 products, by 32 threads.
  if (text.find("mma.sync") != std::string_view::npos)
    counts.multiply_adds = counts.threads * (text.find("m16n8k16") != std::string_view::npos ? 64 : 32);
  return counts;
}
Counts sum_of(const Code& code, const std::vector<Counts>& counts) {
  Counts sum;
  for (std::size_t i = 0; i < counts.size(); ++i) sum += counts_of(code, i, counts[i]);
  return sum;
}

// What a GPU would refuse to launch.
void check_sizes(const Code& code, const Triple& grid, const Triple& block) {
  const auto text = [](const Triple& t) { return fmt::format("{} x {} x {}", t.x, t.y, t.z); };
  if (grid.count() == 0 || grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535)
    fault("{}: bad launch: a grid of {} blocks; at most 2147483647 x 65535 x 65535, and none of them 0",
          code.readable, text(grid));
  if (block.count() == 0 || block.count() > 1024 || block.z > 64)
    fault("{}: bad launch: a block of {} threads; at most 1024, 64 of them along z, and not empty",
          code.readable, text(block));
  if (block.count() > static_cast<std::uint64_t>(code.most_threads))
    fault(
        "{}: bad launch: a block of {} threads where the kernel's __launch_bounds__ allow {}: its registers "
        "are shared out for no more",
        code.readable, text(block), code.most_threads);
}

void enter_suspicions(Block& block) {
  if (block.suspicions.empty()) return;
  const Code& code = *block.grid->code;
  block.suspicions.flush(code.readable, [&](std::uint64_t site) { return code.lines[site - 1].text(); });
}

}  // namespace

void Interpreter::add(Module module, const Place& place) {
  const std::lock_guard lock(mutex_);
  Loaded& loaded = loaded_.emplace_back();
  loaded.module = std::move(module);
  for (const Variable& variable : loaded.module.variables) {
    if (variable.space != Variable::Space::global && variable.space != Variable::Space::constant) continue;
    if (char* const there = place ? place(variable.name) : nullptr) {
      loaded.addresses[variable.name] = reinterpret_cast<std::uint64_t>(there);
      continue;
    }
    auto& memory = loaded.memory.emplace_back(variable.bytes + variable_alignment);
    auto address = reinterpret_cast<std::uint64_t>(memory.data());
    address = (address + variable_alignment - 1) / variable_alignment * variable_alignment;
    // Without an initialiser it stays 0, as in C++.
    std::memcpy(reinterpret_cast<void*>(address), variable.initial.data(), variable.initial.size());
    loaded.addresses[variable.name] = address;
    variables_.push_back({address, address + variable.bytes});
  }
  // Addresses in variables: of other variables. Those of functions differ from kernel to kernel.
  for (const Variable& variable : loaded.module.variables)
    for (const auto& [offset, name] : variable.addresses) {
      const auto target = loaded.addresses.find(name);
      const auto own = loaded.addresses.find(variable.name);
      if (target != loaded.addresses.end() && own != loaded.addresses.end())
        std::memcpy(reinterpret_cast<char*>(own->second) + offset, &target->second, sizeof target->second);
    }
  for (const Kernel& kernel : loaded.module.kernels)
    entries_.insert_or_assign(std::string(kernel.name), Entry{&loaded, &kernel, nullptr, {}, {}, 0, {}});
}

Interpreter::Entry& Interpreter::find(std::string_view kernel) {
  auto found = entries_.find(kernel);
  // A kernel of this file alone (static, or in a namespace without a name) has another name for each
  // compiler.
  if (found == entries_.end())
    found = std::ranges::find_if(
        entries_, [&](const auto& entry) { return readable_name(entry.first) == readable_name(kernel); });
  if (found == entries_.end())
    fault("the PTX has no kernel {}; run 'make' again, and see that nvcc compiled its source",
          readable_name(kernel));
  Entry& entry = found->second;
  if (!entry.code) {
    entry.code = std::make_unique<Code>(decode(entry.loaded->module, *entry.kernel, entry.loaded->addresses));
    entry.written = written_memory(*entry.kernel);
    entry.counts.resize(entry.code->instructions.size());
  }
  return entry;
}

void Interpreter::launch(std::string_view kernel, Triple grid, Triple block, std::size_t dynamic_shared_bytes,
                         std::span<const KernelArgument> arguments, std::vector<Region> regions,
                         int threads) {
  std::unique_lock lock(mutex_);
  Entry& entry = find(kernel);
  regions.insert(regions.end(), variables_.begin(), variables_.end());
  lock.unlock();
  const std::lock_guard one_launch(launch_mutex_);
  const Code& code = *entry.code;
  check_sizes(code, grid, block);
  std::vector<emulator::GlobalShadow::Range> ranges;
  for (const Region& region : regions) ranges.push_back({region.begin, region.end});
  global_shadow_.start_launch(ranges, grid.count());
  for (Region& region : regions) region.cells = global_shadow_.cells_at(region.begin);
  const std::vector<std::byte> parameters = packed(code, arguments);
  forget_unwritten(entry.written, parameters, regions);
  const Regions memory(std::move(regions));
  Grid launched{&code,      grid,    block,           dynamic_shared_bytes,
                parameters, &memory, &global_shadow_, code.shared_arrays};
  if (!code.dynamic_shared_name.empty())
    launched.shared_arrays.push_back(
        {code.dynamic_shared_name, code.dynamic_shared_offset, dynamic_shared_bytes});
  run_blocks(launched, entry, threads > 0 ? threads : default_threads());
}

// Blocks are dispatched in ascending order, and a started block runs to its end: so of several faults the one
// of the first block is always known.
void Interpreter::run_blocks(const Grid& grid, Entry& entry, int threads) {
  const std::uint64_t blocks = grid.size.count();
  std::atomic<std::uint64_t> next{0};
  std::uint64_t first_faulty = std::numeric_limits<std::uint64_t>::max();
  std::optional<Fault> fault;
  Counts total;
  const int workers = static_cast<int>(std::min<std::uint64_t>(blocks, static_cast<std::uint64_t>(threads)));
#pragma omp parallel num_threads(workers)
  {
    thread_local Block block;  // its memory is reused by the next launch
    block.prepare(grid, counting_);
    for (std::uint64_t number; (number = next++) < blocks;) {
      try {
        block.run(number);
        enter_suspicions(block);
      } catch (const Fault& problem) {
        next = blocks;
        enter_suspicions(block);
        const std::lock_guard lock(mutex_);
        if (number < first_faulty) first_faulty = number, fault = problem;
      }
    }
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < block.counts.size(); ++i) entry.counts[i] += block.counts[i];
    total += sum_of(*grid.code, block.counts);
  }
  if (fault) throw *fault;
  const std::lock_guard lock(mutex_);
  if (!counting_) return;
  ++entry.launches;
  Launches& same = entry.shapes[{grid.size, grid.block, grid.dynamic_shared_bytes}];
  ++same.count;
  same.total += total;
}

std::vector<Profile> Interpreter::profiles() const {
  const std::lock_guard lock(mutex_);
  std::vector<Profile> profiles;
  for (const auto& [name, entry] : entries_) {
    if (!entry.launches) continue;
    Profile profile{entry.code->readable, name, entry.launches, {}, {}, entry.shapes};
    for (std::size_t i = 0; i < entry.counts.size(); ++i) {
      if (!entry.counts[i].issued) continue;
      const Counts counts = counts_of(*entry.code, i, entry.counts[i]);
      profile.total += counts;
      profile.lines[entry.code->lines[i]] += counts;
    }
    profiles.push_back(std::move(profile));
  }
  return profiles;
}

void Interpreter::clear_profiles() {
  const std::lock_guard lock(mutex_);
  for (auto& [name, entry] : entries_) {
    entry.launches = 0;
    entry.shapes.clear();
    std::ranges::fill(entry.counts, Counts{});
  }
}

}  // namespace triptych::ptx
