// What ends each half of a layer: LayerNorm(dropout(x + bias) + residual), and its gradient.
#include <cmath>

#include "dropout.h"
#include "kernel.h"
#include "parallel.h"

namespace headway {
namespace {

template <typename T>
struct Forward {
  const T* x;
  const float *bias, *residual, *gamma, *beta;
  float *y, *normal, *inverse;
  int64_t width;
  float epsilon;
};

template <typename T>
struct Backward {
  const float *dy, *normal, *inverse, *gamma;
  T* dx;
  float* dResidual;
  int64_t width;
};

// Of one chunk.
struct Sums {
  float *bias, *gamma, *beta;
};

template <typename T>
HEADWAY_INLINE void forwardRows(const Forward<T>& at, const Dropout& dropout, int64_t begin, int64_t end) {
  const int64_t width = at.width;
  Floats space(width);
  RowMasks masks(dropout, width, end);
  float* row = space.data();
  for (int64_t r = begin; r < end; r++) {
    const int64_t first = r * width;
    const float* mask = masks.of(r);
    float sum = 0;
    HEADWAY_APART
    for (int64_t i = 0; i < width; i++) {
      row[i] = (load(at.x[first + i]) + at.bias[i]) * mask[i] + at.residual[first + i];
      sum += row[i];
    }
    const float mean = sum / width;
    float squares = 0;
    HEADWAY_APART
    for (int64_t i = 0; i < width; i++) {
      row[i] -= mean;
      squares += row[i] * row[i];
    }
    const float inverse = 1.0f / std::sqrt(squares / width + at.epsilon);
    at.inverse[r] = inverse;
    HEADWAY_APART
    for (int64_t i = 0; i < width; i++) {
      const float normal = row[i] * inverse;
      at.normal[first + i] = normal;
      at.y[first + i] = normal * at.gamma[i] + at.beta[i];
    }
  }
}

template <typename T>
HEADWAY_INLINE void backwardRows(const Backward<T>& at, const Dropout& dropout, const Sums& sums,
                                 int64_t begin, int64_t end) {
  const int64_t width = at.width;
  RowMasks masks(dropout, width, end);
  for (int64_t r = begin; r < end; r++) {
    const float* dy = at.dy + r * width;
    const float* normal = at.normal + r * width;
    float* dResidual = at.dResidual + r * width;
    T* dx = at.dx + r * width;
    float sum = 0, dot = 0;
    HEADWAY_APART
    for (int64_t i = 0; i < width; i++) {
      const float scaled = dy[i] * at.gamma[i];
      sum += scaled;
      dot += scaled * normal[i];
      sums.gamma[i] += dy[i] * normal[i];
      sums.beta[i] += dy[i];
    }
    const float mean = sum / width, meanDot = dot / width, inverse = at.inverse[r];
    const float* mask = masks.of(r);
    HEADWAY_APART
    for (int64_t i = 0; i < width; i++) {
      const float value = inverse * (dy[i] * at.gamma[i] - mean - normal[i] * meanDot);
      dResidual[i] = value;
      const float kept = value * mask[i];
      store(dx + i, kept);
      sums.bias[i] += kept;
    }
  }
}

HEADWAY_CLONES void forward32(const Forward<float>& at, const Dropout& dropout, int64_t begin, int64_t end) {
  forwardRows(at, dropout, begin, end);
}
HEADWAY_CLONES void forward16(const Forward<BFloat16>& at, const Dropout& dropout, int64_t begin,
                              int64_t end) {
  forwardRows(at, dropout, begin, end);
}
HEADWAY_CLONES void backward32(const Backward<float>& at, const Dropout& dropout, const Sums& sums,
                               int64_t begin, int64_t end) {
  backwardRows(at, dropout, sums, begin, end);
}
HEADWAY_CLONES void backward16(const Backward<BFloat16>& at, const Dropout& dropout, const Sums& sums,
                               int64_t begin, int64_t end) {
  backwardRows(at, dropout, sums, begin, end);
}

template <typename T, typename Rows>
void forward(Call& call, const Attributes& attributes, Rows rows) {
  const Tensor x = call.input(0), bias = call.input(1), residual = call.input(2), gamma = call.input(3),
               beta = call.input(4), key = call.input(5);
  const int64_t width = gamma.size();
  call.require(x.rank() == 2 && x.dim(1) == width && residual.size() == x.size(),
               "x and residual must be [rows, width]");
  call.require(bias.size() == width && beta.size() == width, "bias, gamma and beta must be [width]");
  call.require(key.size() == 2, "the key must be [2]");
  const Dropout dropout(key.as<int32_t>(), attributes.site, attributes.rate);
  const Tensor y = call.output(0, x.shape()), normal = call.output(1, x.shape()),
               inverse = call.output(2, {x.dim(0)});
  const Forward<T> at{x.as<T>(),          bias.as<float>(),   residual.as<float>(), gamma.as<float>(),
                      beta.as<float>(),   y.as<float>(),      normal.as<float>(),   inverse.as<float>(),
                      width,              attributes.epsilon};
  Chunks(x.dim(0), width).each([&](int64_t, int64_t begin, int64_t end) { rows(at, dropout, begin, end); });
}

template <typename T, typename Rows>
void backward(Call& call, const Attributes& attributes, Rows rows) {
  const Tensor dy = call.input(0), normal = call.input(1), inverse = call.input(2), gamma = call.input(3),
               key = call.input(4);
  const int64_t width = gamma.size();
  call.require(normal.rank() == 2 && normal.dim(1) == width && dy.size() == normal.size(),
               "dy and normal must be [rows, width]");
  call.require(inverse.size() == normal.dim(0), "inverse must be [rows]");
  call.require(key.size() == 2, "the key must be [2]");
  const Dropout dropout(key.as<int32_t>(), attributes.site, attributes.rate);
  const Tensor dx = call.output(0, normal.shape()), dResidual = call.output(1, normal.shape()),
               dBias = call.output(2, {width}), dGamma = call.output(3, {width}),
               dBeta = call.output(4, {width});
  const Backward<T> at{dy.as<float>(),    normal.as<float>(), inverse.as<float>(),   gamma.as<float>(),
                       dx.as<T>(),        dResidual.as<float>(), width};
  const Chunks chunks(normal.dim(0), width);
  Partial ofBias(chunks, width), ofGamma(chunks, width), ofBeta(chunks, width);
  chunks.each([&](int64_t chunk, int64_t begin, int64_t end) {
    rows(at, dropout, {ofBias.of(chunk), ofGamma.of(chunk), ofBeta.of(chunk)}, begin, end);
  });
  ofBias.addUp(dBias.as<float>());
  ofGamma.addUp(dGamma.as<float>());
  ofBeta.addUp(dBeta.as<float>());
}

void computeForward(Call& call, const Attributes& attributes) {
  if (attributes.bfloat16) return forward<BFloat16>(call, attributes, forward16);
  forward<float>(call, attributes, forward32);
}

void computeBackward(Call& call, const Attributes& attributes) {
  if (attributes.bfloat16) return backward<BFloat16>(call, attributes, backward16);
  backward<float>(call, attributes, backward32);
}

}  // namespace

const std::vector<OpDefinition>& normOps() {
  static const std::vector<OpDefinition> ops = {
      {"HeadwayDropoutNorm",
       {"x: T", "bias: float", "residual: float", "gamma: float", "beta: float", "key: int32"},
       {"y: float", "normal: float", "inverse: float"},
       {"T: {float, bfloat16} = DT_FLOAT", "rate: float", "site: int", "epsilon: float"},
       computeForward},
      {"HeadwayDropoutNormGrad",
       {"dy: float", "normal: float", "inverse: float", "gamma: float", "key: int32"},
       {"dx: T", "d_residual: float", "d_bias: float", "d_gamma: float", "d_beta: float"},
       {"T: {float, bfloat16} = DT_FLOAT", "rate: float", "site: int"},
       computeBackward},
  };
  return ops;
}

}  // namespace headway
