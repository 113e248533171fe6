// Numbers as the kernels read, write and compute them: written so that compilers vectorise the loops.
#pragma once

#include <cstdint>
#include <cstring>
#include <new>

// One copy of a function for each generation of processors, chosen when the library is loaded.
#if defined(__linux__) && defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#if __GNUC__ >= 12
#define HEADWAY_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define HEADWAY_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#else
#define HEADWAY_CLONES
#endif
#define HEADWAY_INLINE inline __attribute__((always_inline))
// Before a loop over memory that does not overlap. Without it compilers look, and where two places lie side by
// side do it one by one, so that sums are added in another order there: no two runs of the same training alike.
#ifdef __clang__
#define HEADWAY_APART _Pragma("clang loop vectorize(assume_safety)")
#else
#define HEADWAY_APART _Pragma("GCC ivdep")
#endif

namespace headway {

// Working memory, where vector registers would have it.
class Floats {
 public:
  explicit Floats(int64_t count, float value = 0)
      : data_(static_cast<float*>(::operator new(sizeof(float) * (count > 0 ? count : 1), kAlignment))) {
    for (int64_t i = 0; i < count; i++) data_[i] = value;
  }
  ~Floats() { ::operator delete(data_, kAlignment); }
  Floats(const Floats&) = delete;
  Floats& operator=(const Floats&) = delete;

  float* data() { return data_; }

 private:
  static constexpr std::align_val_t kAlignment{64};
  float* const data_;
};

struct BFloat16 {
  uint16_t bits;
};

HEADWAY_INLINE float asFloat(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

HEADWAY_INLINE uint32_t asBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

HEADWAY_INLINE float load(float value) { return value; }
HEADWAY_INLINE float load(BFloat16 value) { return asFloat(static_cast<uint32_t>(value.bits) << 16); }

HEADWAY_INLINE void store(float* at, float value) { *at = value; }

// To the nearest, ties to even, as TensorFlow's Cast; what is no number stays none.
HEADWAY_INLINE void store(BFloat16* at, float value) {
  const uint32_t bits = asBits(value);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  const bool isNumber = (bits & 0x7fffffff) <= 0x7f800000;
  at->bits = static_cast<uint16_t>(isNumber ? rounded : 0x7fc0);
}

// e^x for x <= 0 (Cephes' polynomial): within a few units of the last place near 0, within 1e-5 of itself
// where it is next to nothing, and 0 below -87.7.
HEADWAY_INLINE float expOfNegative(float x) {
  const float clamped = x < -88.0f ? -88.0f : x;
  const float scaled = clamped * 1.44269504088896341f - 0.5f;
  const int32_t n = static_cast<int32_t>(scaled);
  const float r = clamped - n * 0.69314718055994531f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  const float power = asFloat(static_cast<uint32_t>(n + 127) << 23);
  return (p * r * r + r + 1.0f) * power;
}

// The error function, a ratio of polynomials (Eigen's coefficients).
HEADWAY_INLINE float erf(float value) {
  const float upper = value > 4.0f ? 4.0f : value;
  const float x = upper < -4.0f ? -4.0f : upper;
  const float s = x * x;
  float p = -2.72614225801306e-10f;
  p = p * s + 2.77068142495902e-08f;
  p = p * s + -2.10102402082508e-06f;
  p = p * s + -5.69250639462346e-05f;
  p = p * s + -7.34990630326855e-04f;
  p = p * s + -2.95459980854025e-03f;
  p = p * s + -1.60960333262415e-02f;
  float q = -1.45660718464996e-05f;
  q = q * s + -2.13374055278905e-04f;
  q = q * s + -1.68282697438203e-03f;
  q = q * s + -7.37332916720468e-03f;
  q = q * s + -1.42647390514189e-02f;
  return x * p / q;
}

}  // namespace headway
