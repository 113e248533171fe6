// Dropout's masks, bit for bit those of StatelessRandomUniformFullInt (backends/tensorflowDropout.ts):
// Philox 4x32-10 (Salmon et al. 2011), 16 bits for each element.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "numbers.h"

namespace headway {

// How many of 65,536 values drop an element; what a kept one is multiplied by.
inline int32_t droppedOf(float rate) {
  return static_cast<int32_t>(std::lround(static_cast<double>(rate) * 65536));
}
inline float keptScale(int32_t dropped) { return static_cast<float>(1.0 / (1.0 - dropped / 65536.0)); }

class Dropout {
 public:
  // `key`: seed and step; `site` tells apart the masks of one step.
  Dropout(const int32_t* key, int32_t site, float rate) {
    const int32_t dropped = droppedOf(rate);
    on_ = dropped > 0;
    least_ = dropped - 32768;
    scale_ = keptScale(dropped);
    const auto seed = static_cast<int32_t>(static_cast<uint32_t>(key[0]) +
                                           static_cast<uint32_t>(site) * kSiteStride);
    const uint64_t wide[2] = {static_cast<uint64_t>(static_cast<int64_t>(seed)),
                              static_cast<uint64_t>(static_cast<int64_t>(key[1]))};
    // TensorFlow scrambles its seeds so.
    uint32_t c[4] = {static_cast<uint32_t>(wide[0]), static_cast<uint32_t>(wide[0] >> 32),
                     static_cast<uint32_t>(wide[1]), static_cast<uint32_t>(wide[1] >> 32)};
    uint32_t k[2] = {0x3ec8f720, 0x02461e29};
    for (int round = 0; round < kRounds; round++) {
      const uint64_t a = static_cast<uint64_t>(kFirst) * c[0];
      const uint64_t b = static_cast<uint64_t>(kSecond) * c[2];
      const uint32_t next[4] = {static_cast<uint32_t>(b >> 32) ^ c[1] ^ k[0], static_cast<uint32_t>(b),
                                static_cast<uint32_t>(a >> 32) ^ c[3] ^ k[1], static_cast<uint32_t>(a)};
      for (int i = 0; i < 4; i++) c[i] = next[i];
      k[0] += kFirstWeyl;
      k[1] += kSecondWeyl;
    }
    key_[0] = c[0];
    key_[1] = c[1];
    high_[0] = c[2];
    high_[1] = c[3];
  }

  bool on() const { return on_; }

  // Of elements `first` to `first + count`: the scale where one is kept, else 0.
  HEADWAY_INLINE void fill(float* mask, int64_t first, int64_t count, std::vector<uint32_t>& drawn) const {
    // Eight elements to a group of four numbers, `kLanes` groups at once.
    const int64_t group = first / 8;
    const int64_t groups = (first + count + 7) / 8 - group;
    const int64_t blocks = (groups + kLanes - 1) / kLanes;
    if (static_cast<int64_t>(drawn.size()) < blocks * kLanes * 4) drawn.resize(blocks * kLanes * 4);
    for (int64_t block = 0; block < blocks; block++) {
      draw(group + block * kLanes, drawn.data() + block * kLanes * 4);
    }
    const Half* halves = reinterpret_cast<const Half*>(drawn.data()) + (first - group * 8);
    const float scale = scale_;
    const int32_t least = least_;
    HEADWAY_APART
    for (int64_t i = 0; i < count; i++) mask[i] = halves[i] >= least ? scale : 0.0f;
  }

 private:
  // Read from where 32 bits were written.
  using Half = int16_t __attribute__((may_alias));
  static constexpr int kLanes = 32;
  static constexpr int kRounds = 10;
  static constexpr uint32_t kFirst = 0xD2511F53, kSecond = 0xCD9E8D57;
  static constexpr uint32_t kFirstWeyl = 0x9E3779B9, kSecondWeyl = 0xBB67AE85;
  static constexpr uint32_t kSiteStride = 2000003;

  HEADWAY_INLINE void draw(int64_t group, uint32_t* out) const {
    uint32_t c0[kLanes], c1[kLanes], c2[kLanes], c3[kLanes];
    for (int j = 0; j < kLanes; j++) {
      const uint64_t at = static_cast<uint64_t>(group) + static_cast<uint64_t>(j);
      c0[j] = static_cast<uint32_t>(at);
      c1[j] = static_cast<uint32_t>(at >> 32);
      c2[j] = high_[0];
      c3[j] = high_[1];
    }
    uint32_t k0 = key_[0], k1 = key_[1];
    for (int round = 0; round < kRounds; round++) {
      for (int j = 0; j < kLanes; j++) {
        const uint64_t a = static_cast<uint64_t>(kFirst) * c0[j];
        const uint64_t b = static_cast<uint64_t>(kSecond) * c2[j];
        c0[j] = static_cast<uint32_t>(b >> 32) ^ c1[j] ^ k0;
        c2[j] = static_cast<uint32_t>(a >> 32) ^ c3[j] ^ k1;
        c1[j] = static_cast<uint32_t>(b);
        c3[j] = static_cast<uint32_t>(a);
      }
      k0 += kFirstWeyl;
      k1 += kSecondWeyl;
    }
    for (int j = 0; j < kLanes; j++) {
      out[4 * j] = c0[j];
      out[4 * j + 1] = c1[j];
      out[4 * j + 2] = c2[j];
      out[4 * j + 3] = c3[j];
    }
  }

  bool on_;
  int32_t least_;
  float scale_;
  uint32_t key_[2];
  uint32_t high_[2];
};

// The masks of some rows at a time: short rows one by one would waste most of what is drawn at once.
class RowMasks {
 public:
  RowMasks(const Dropout& dropout, int64_t width, int64_t end)
      : dropout_(dropout),
        width_(width),
        end_(end),
        tile_(width < 2048 ? 2048 / width : 1),
        mask_(tile_ * width, 1.0f) {}

  // Of row r, which must be the one after the last that was asked for, or the first.
  HEADWAY_INLINE const float* of(int64_t r) {
    if (!dropout_.on()) return mask_.data();
    if (r >= filled_) {
      first_ = r;
      filled_ = r + tile_ < end_ ? r + tile_ : end_;
      dropout_.fill(mask_.data(), r * width_, (filled_ - r) * width_, drawn_);
    }
    return mask_.data() + (r - first_) * width_;
  }

 private:
  const Dropout& dropout_;
  const int64_t width_, end_, tile_;
  int64_t first_ = 0, filled_ = 0;
  Floats mask_;
  std::vector<uint32_t> drawn_;
};

}  // namespace headway
