#include "kernels/ptx/interpreter.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>

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
          "{}: argument {} has {} bytes by the PTX and {} by the host's code: they are of different builds; "
          "run 'make' "
          "again",
          code.readable, i + 1, parameter.bytes, arguments[i].bytes);
    std::memcpy(bytes.data() + parameter.offset, arguments[i].address, arguments[i].bytes);
  }
  return bytes;
}

}  // namespace

void Interpreter::add(Module module) {
  const std::lock_guard lock(mutex_);
  Loaded& loaded = loaded_.emplace_back();
  loaded.module = std::move(module);
  for (const Variable& variable : loaded.module.variables) {
    if (variable.space != Variable::Space::global && variable.space != Variable::Space::constant) continue;
    auto& memory = loaded.memory.emplace_back(variable.bytes + variable_alignment);
    auto address = reinterpret_cast<std::uint64_t>(memory.data());
    address = (address + variable_alignment - 1) / variable_alignment * variable_alignment;
    // Without an initialiser it stays 0, as in C++.
    std::memcpy(reinterpret_cast<void*>(address), variable.initial.data(), variable.initial.size());
    loaded.addresses[variable.name] = address;
    variables_.push_back({address, address + variable.bytes});
  }
  for (const Kernel& kernel : loaded.module.kernels)
    entries_.insert_or_assign(std::string(kernel.name), Entry{&loaded, &kernel, nullptr, {}, 0});
}

Interpreter::Entry& Interpreter::find(std::string_view kernel) {
  const auto found = entries_.find(kernel);
  if (found == entries_.end())
    fault("the PTX has no kernel {}; run 'make' again, and see that nvcc compiled its source",
          readable_name(kernel));
  Entry& entry = found->second;
  if (!entry.code) {
    entry.code = std::make_unique<Code>(decode(entry.loaded->module, *entry.kernel, entry.loaded->addresses));
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
  const Code& code = *entry.code;
  const Regions memory(std::move(regions));
  const std::vector<std::byte> parameters = packed(code, arguments);
  Grid launched{&code, grid, block, dynamic_shared_bytes, parameters, &memory, code.shared_arrays};
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
  std::string message;
  const int workers = static_cast<int>(std::min<std::uint64_t>(blocks, static_cast<std::uint64_t>(threads)));
#pragma omp parallel num_threads(workers)
  {
    thread_local Block block;  // its memory is reused by the next launch
    block.prepare(grid, counting_);
    for (std::uint64_t number; (number = next++) < blocks;) {
      try {
        block.run(number);
      } catch (const Fault& problem) {
        next = blocks;
        const std::lock_guard lock(mutex_);
        if (number < first_faulty) first_faulty = number, message = problem.what();
      }
    }
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < block.counts.size(); ++i) entry.counts[i] += block.counts[i];
  }
  if (!message.empty()) throw Fault(message);
  const std::lock_guard lock(mutex_);
  if (counting_) ++entry.launches;
}

std::vector<Profile> Interpreter::profiles() const {
  const std::lock_guard lock(mutex_);
  std::vector<Profile> profiles;
  for (const auto& [name, entry] : entries_) {
    if (!entry.launches) continue;
    Profile profile{entry.code->readable, entry.launches, {}, {}};
    for (std::size_t i = 0; i < entry.counts.size(); ++i) {
      if (!entry.counts[i].issued) continue;
      Counts counts = entry.counts[i];
      if (entry.code->texts[i].find("fma.") != std::string_view::npos) counts.multiply_adds = counts.threads;
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
    std::ranges::fill(entry.counts, Counts{});
  }
}

}  // namespace triptych::ptx
