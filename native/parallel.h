// Work in chunks over a few threads of our own: TensorFlow's C interface lends none of its pool.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

#ifdef __linux__
#include <sched.h>
#endif
#ifdef __SSE2__
#include <xmmintrin.h>
#endif

#include "numbers.h"

namespace headway {

constexpr int kMostChunks = 16;

class Pool {
 public:
  // Never destroyed: its threads wait in it when the process ends.
  static Pool& instance() {
    static Pool* pool = new Pool(threadCount());
    return *pool;
  }

  // Runs work(0) to work(count - 1), this thread among those that do it.
  void run(int64_t count, const std::function<void(int64_t)>& work) {
    std::unique_lock<std::mutex> mine(turn_, std::defer_lock);
    // There is nothing to share, or another op has the threads.
    if (count < 2 || threads_ == 0 || !mine.try_lock()) {
      for (int64_t i = 0; i < count; i++) work(i);
      return;
    }
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      count_ = count;
      next_ = 0;
      round_++;
      open_ = true;
    }
    start_.notify_all();
    take();
    // Who has not woken by now comes too late for this round; who is at work is waited for.
    std::unique_lock<std::mutex> lock(mutex_);
    open_ = false;
    done_.wait(lock, [this] { return atWork_ == 0; });
    if (failed_.exchange(false)) throw std::bad_alloc();
  }

 private:
  explicit Pool(int threads) {
    try {
      for (; threads_ < threads - 1; threads_++) std::thread([this] { serve(); }).detach();
    } catch (const std::system_error&) {
      // A limit of threads: those that there are do it.
    }
  }

  // As many as TensorFlow takes for one op, and no more than there are chunks.
  static int threadCount() {
    const char* set = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int asked = set ? std::atoi(set) : 0;
    const int threads = asked > 0 ? asked : processors();
    return threads < kMostChunks ? threads : kMostChunks;
  }

  // Those that this process may run on: a job or a container may have few of many.
  static int processors() {
#ifdef __linux__
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
#endif
    const int all = static_cast<int>(std::thread::hardware_concurrency());
    return all > 0 ? all : 1;
  }

  // What is thrown on a thread of ours would end the process: it is thrown again where the op is.
  void take() {
    try {
      for (int64_t i = next_++; i < count_; i = next_++) (*work_)(i);
    } catch (...) {
      failed_ = true;
    }
  }

  void serve() {
    flushDenormals();
    uint64_t seen = 0;
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      start_.wait(lock, [&] { return open_ && round_ != seen; });
      seen = round_;
      atWork_++;
      lock.unlock();
      take();
      lock.lock();
      if (--atWork_ == 0) done_.notify_one();
    }
  }

  // As TensorFlow's own threads do, which take chunks too.
  static void flushDenormals() {
#if defined(__SSE2__)
    _mm_setcsr(_mm_getcsr() | 0x8040);
#elif defined(__aarch64__)
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | (uint64_t{1} << 24)));
#endif
  }

  int threads_ = 0;
  std::mutex turn_;
  std::mutex mutex_;
  std::condition_variable start_;
  std::condition_variable done_;
  const std::function<void(int64_t)>* work_ = nullptr;
  int64_t count_ = 0;
  std::atomic<int64_t> next_{0};
  std::atomic<bool> failed_{false};
  bool open_ = false;
  int atWork_ = 0;
  uint64_t round_ = 0;
};

// Rows in chunks. How many there are depends on the shape alone, so that sums over chunks are the
// same however many threads there are.
struct Chunks {
  Chunks(int64_t rows, int64_t width) : rows(rows) {
    const int64_t most = rows * width / 8192;
    count = most < 1 ? 1 : most > kMostChunks ? kMostChunks : most;
    if (count > rows) count = rows > 0 ? rows : 1;
    size = (rows + count - 1) / count;
  }

  // Calls work(chunk, first row, end).
  template <typename Work>
  void each(const Work& work) const {
    Pool::instance().run(count, [&](int64_t chunk) {
      const int64_t begin = chunk * size;
      const int64_t end = begin + size < rows ? begin + size : rows;
      if (begin < end) work(chunk, begin, end);
    });
  }

  int64_t rows;
  int64_t count;
  int64_t size;
};

// Sums over rows, a part for each chunk, added up in their order.
class Partial {
 public:
  Partial(const Chunks& chunks, int64_t width)
      : width_(width), count_(chunks.count), sums_(chunks.count * width) {}

  float* of(int64_t chunk) { return sums_.data() + chunk * width_; }

  void addUp(float* into) {
    HEADWAY_APART
    for (int64_t i = 0; i < width_; i++) into[i] = 0;
    for (int64_t chunk = 0; chunk < count_; chunk++) {
      const float* sums = of(chunk);
      HEADWAY_APART
      for (int64_t i = 0; i < width_; i++) into[i] += sums[i];
    }
  }

 private:
  const int64_t width_, count_;
  Floats sums_;
};

}  // namespace headway
