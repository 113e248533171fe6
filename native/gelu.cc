// GELU of a layer's product and bias, and its gradient (Hendrycks & Gimpel 2016, the exact one).
#include "kernel.h"
#include "numbers.h"
#include "parallel.h"

namespace headway {
namespace {

constexpr float kInvSqrt2 = 0.70710678118654752f;
constexpr float kInvSqrt2Pi = 0.39894228040143268f;

template <typename T>
HEADWAY_INLINE void forwardRows(const T* x, const float* bias, T* y, int64_t width, int64_t begin,
                                int64_t end) {
  for (int64_t r = begin; r < end; r++) {
    const T* from = x + r * width;
    T* to = y + r * width;
    HEADWAY_APART
    for (int64_t i = 0; i < width; i++) {
      const float z = load(from[i]) + bias[i];
      store(to + i, z * (0.5f * (erf(z * kInvSqrt2) + 1.0f)));
    }
  }
}

template <typename T>
HEADWAY_INLINE void backwardRows(const T* dy, const T* x, const float* bias, T* dx, float* dBias,
                                 int64_t width, int64_t begin, int64_t end) {
  for (int64_t r = begin; r < end; r++) {
    const T* gradient = dy + r * width;
    const T* from = x + r * width;
    T* to = dx + r * width;
    HEADWAY_APART
    for (int64_t i = 0; i < width; i++) {
      const float z = load(from[i]) + bias[i];
      const float below = 0.5f * (erf(z * kInvSqrt2) + 1.0f);
      const float density = expOfNegative(z * z * -0.5f) * kInvSqrt2Pi;
      const float value = load(gradient[i]) * (below + z * density);
      store(to + i, value);
      dBias[i] += value;
    }
  }
}

HEADWAY_CLONES void forward32(const float* x, const float* bias, float* y, int64_t width,
                              int64_t begin, int64_t end) {
  forwardRows(x, bias, y, width, begin, end);
}
HEADWAY_CLONES void forward16(const BFloat16* x, const float* bias, BFloat16* y, int64_t width,
                              int64_t begin, int64_t end) {
  forwardRows(x, bias, y, width, begin, end);
}
HEADWAY_CLONES void backward32(const float* dy, const float* x, const float* bias, float* dx,
                               float* dBias, int64_t width, int64_t begin, int64_t end) {
  backwardRows(dy, x, bias, dx, dBias, width, begin, end);
}
HEADWAY_CLONES void backward16(const BFloat16* dy, const BFloat16* x, const float* bias, BFloat16* dx,
                               float* dBias, int64_t width, int64_t begin, int64_t end) {
  backwardRows(dy, x, bias, dx, dBias, width, begin, end);
}

template <typename T, typename Rows>
void forward(Call& call, Rows rows) {
  const Tensor x = call.input(0), bias = call.input(1);
  const int64_t width = bias.size();
  call.require(x.rank() == 2 && x.dim(1) == width, "x must be [rows, width]");
  const Tensor y = call.output(0, x.shape());
  Chunks(x.dim(0), width).each([&](int64_t, int64_t begin, int64_t end) {
    rows(x.as<T>(), bias.as<float>(), y.as<T>(), width, begin, end);
  });
}

template <typename T, typename Rows>
void backward(Call& call, Rows rows) {
  const Tensor dy = call.input(0), x = call.input(1), bias = call.input(2);
  const int64_t width = bias.size();
  call.require(x.rank() == 2 && x.dim(1) == width && dy.size() == x.size(), "x and dy must be [rows, width]");
  const Tensor dx = call.output(0, x.shape()), dBias = call.output(1, {width});
  const Chunks chunks(x.dim(0), width);
  Partial sums(chunks, width);
  chunks.each([&](int64_t chunk, int64_t begin, int64_t end) {
    rows(dy.as<T>(), x.as<T>(), bias.as<float>(), dx.as<T>(), sums.of(chunk), width, begin, end);
  });
  sums.addUp(dBias.as<float>());
}

void computeForward(Call& call, const Attributes& attributes) {
  if (attributes.bfloat16) return forward<BFloat16>(call, forward16);
  forward<float>(call, forward32);
}

void computeBackward(Call& call, const Attributes& attributes) {
  if (attributes.bfloat16) return backward<BFloat16>(call, backward16);
  backward<float>(call, backward32);
}

}  // namespace

const std::vector<OpDefinition>& geluOps() {
  static const std::vector<OpDefinition> ops = {
      {"HeadwayBiasGelu",
       {"x: T", "bias: float"},
       {"y: T"},
       {"T: {float, bfloat16} = DT_FLOAT"},
       computeForward},
      {"HeadwayBiasGeluGrad",
       {"dy: T", "x: T", "bias: float"},
       {"dx: T", "d_bias: float"},
       {"T: {float, bfloat16} = DT_FLOAT"},
       computeBackward},
  };
  return ops;
}

}  // namespace headway
