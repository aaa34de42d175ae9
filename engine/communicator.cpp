#include "engine/communicator.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>

#include "engine/error.h"

namespace triptych {

void Communicator::all_gather(Traffic kind, void* data, std::span<const Index> starts) {
  if (ranks() == 1) return;
  const auto own = static_cast<std::size_t>(rank());
  received_[static_cast<std::size_t>(kind)] +=
      static_cast<double>(starts.back() - (starts[own + 1] - starts[own]));
  do_all_gather(data, starts);
}

void Communicator::exchange(Traffic kind, const void* from, std::span<const Index> sends, void* to,
                            std::span<const Index> receives) {
  const auto own = static_cast<std::size_t>(rank());
  received_[static_cast<std::size_t>(kind)] +=
      static_cast<double>(receives.back() - (receives[own + 1] - receives[own]));
  do_exchange(from, sends, to, receives);
}

void Communicator::broadcast(void* data, Index bytes) {
  std::vector<Index> starts(static_cast<std::size_t>(ranks() + 1), bytes);
  starts.front() = 0;
  all_gather(Traffic::control, data, starts);
}

std::string Communicator::broadcast(const std::string& text) {
  Index length = static_cast<Index>(text.size());
  broadcast(&length, sizeof length);
  std::string all = text;
  all.resize(static_cast<std::size_t>(length));
  broadcast(all.data(), length);
  return all;
}

std::vector<std::string> Communicator::gather(const std::string& text) {
  std::vector<Index> sizes(static_cast<std::size_t>(ranks())), places, starts = {0};
  sizes[static_cast<std::size_t>(rank())] = static_cast<Index>(text.size());
  for (Index r = 0; r <= ranks(); ++r) places.push_back(r * static_cast<Index>(sizeof(Index)));
  all_gather(Traffic::control, sizes.data(), places);
  for (const Index size : sizes) starts.push_back(starts.back() + size);
  std::string all(static_cast<std::size_t>(starts.back()), '\0');
  text.copy(all.data() + starts[static_cast<std::size_t>(rank())], text.size());
  all_gather(Traffic::control, all.data(), starts);
  std::vector<std::string> texts;
  for (std::size_t r = 0; r < sizes.size(); ++r)
    texts.push_back(all.substr(static_cast<std::size_t>(starts[r]), static_cast<std::size_t>(sizes[r])));
  return texts;
}

bool Communicator::any(bool mine) {
  std::vector<unsigned char> said(static_cast<std::size_t>(ranks()), mine);
  std::vector<Index> starts;
  for (Index r = 0; r <= ranks(); ++r) starts.push_back(r);
  all_gather(Traffic::control, said.data(), starts);
  return std::ranges::find(said, 1) != said.end();
}

void OneRank::do_exchange(const void* from, std::span<const Index> sends, void* to,
                          std::span<const Index> receives) {
  std::memcpy(static_cast<std::byte*>(to) + receives[0], static_cast<const std::byte*>(from) + sends[0],
              static_cast<std::size_t>(sends[1] - sends[0]));
}

// ---- ranks as threads -------------------------------------------------------------------------------------
namespace {

// Where the threads meet: each leaves pointers to its data, all copy what they need, and none goes on
// before everybody has copied.
struct Meeting {
  explicit Meeting(Index count) : ranks(count), places(static_cast<std::size_t>(count)) {}

  struct Place {
    const void* from = nullptr;
    std::span<const Index> sends;
  };
  void wait() {
    std::unique_lock lock(mutex);
    const Index round = rounds;
    if (++arrived == ranks) {
      arrived = 0, ++rounds;
      lock.unlock();
      changed.notify_all();
      return;
    }
    changed.wait(lock, [&] { return rounds != round || broken; });
    require(rounds != round, "another rank has ended");
  }
  void leave() {
    const std::lock_guard lock(mutex);
    broken = true;
    changed.notify_all();
  }

  const Index ranks;
  std::vector<Place> places;
  std::mutex mutex;
  std::condition_variable changed;
  Index arrived = 0, rounds = 0;
  bool broken = false;
};

class Thread final : public Communicator {
 public:
  Thread(Meeting& meeting, Index rank) : meeting_(meeting), rank_(rank) {}
  Index rank() const override { return rank_; }
  Index ranks() const override { return meeting_.ranks; }

 private:
  void do_all_gather(void* data, std::span<const Index> starts) override {
    auto* bytes = static_cast<std::byte*>(data);
    place(rank_) = {data, {}};
    meeting_.wait();
    for (Index r = 0; r < ranks(); ++r) {
      const Index begin = starts[static_cast<std::size_t>(r)], end = starts[static_cast<std::size_t>(r) + 1];
      if (r != rank_ && end > begin)
        std::memcpy(bytes + begin, static_cast<const std::byte*>(place(r).from) + begin,
                    static_cast<std::size_t>(end - begin));
    }
    meeting_.wait();
  }
  void do_exchange(const void* from, std::span<const Index> sends, void* to,
                   std::span<const Index> receives) override {
    place(rank_) = {from, sends};
    meeting_.wait();
    const auto own = static_cast<std::size_t>(rank_);
    for (Index r = 0; r < ranks(); ++r) {
      const Meeting::Place& there = place(r);
      const Index size = there.sends[own + 1] - there.sends[own], at = receives[static_cast<std::size_t>(r)];
      if (size > 0)
        std::memcpy(static_cast<std::byte*>(to) + at,
                    static_cast<const std::byte*>(there.from) + there.sends[own],
                    static_cast<std::size_t>(size));
    }
    meeting_.wait();
  }
  Meeting::Place& place(Index r) { return meeting_.places[static_cast<std::size_t>(r)]; }

  Meeting& meeting_;
  Index rank_;
};

}  // namespace

void run_as_ranks(Index ranks, const std::function<void(Communicator&)>& body) {
  require(ranks >= 1, "there is 1 rank or more, not {}", ranks);
  Meeting meeting(ranks);
  std::exception_ptr first;
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (Index r = 0; r < ranks; ++r)
    threads.emplace_back([&, r] {
      try {
        Thread own(meeting, r);
        body(own);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!first) first = std::current_exception();
        meeting.leave();
      }
    });
  for (std::thread& thread : threads) thread.join();
  if (first) std::rethrow_exception(first);
}

}  // namespace triptych
