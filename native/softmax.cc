// Attention's probabilities: softmax(scores + bias), and what dropout leaves of them.
#include "dropout.h"
#include "kernel.h"
#include "parallel.h"

namespace headway {
namespace {

struct Shape {
  int64_t rows;
  int64_t length;
  int64_t rowsOfExample;
};

// [batch, heads, from, to]
Shape shapeOf(Call& call, const Tensor& scores) {
  call.require(scores.rank() == 4, "scores must be [batch, heads, from, to]");
  const int64_t ofExample = scores.dim(1) * scores.dim(2);
  return {scores.dim(0) * ofExample, scores.dim(3), ofExample};
}

template <typename T>
struct Forward {
  const T* scores;
  const float* bias;
  T* probabilities;
  T* dropped;
};

template <typename T>
struct Backward {
  const T* gradient;
  const T* probabilities;
  const T* dropped;
  T* scores;
};

// Lanes that compilers keep apart, since the order of comparing matters to what is no number.
HEADWAY_INLINE float highest(const float* row, int64_t length) {
  using Lanes = float __attribute__((vector_size(64)));
  constexpr int64_t kLanes = 16;
  float most = row[0];
  int64_t i = 0;
  if (length >= kLanes) {
    Lanes all;
    std::memcpy(&all, row, sizeof all);
    for (i = kLanes; i + kLanes <= length; i += kLanes) {
      Lanes next;
      std::memcpy(&next, row + i, sizeof next);
      all = next > all ? next : all;
    }
    for (int64_t lane = 0; lane < kLanes; lane++) most = all[lane] > most ? all[lane] : most;
  }
  for (; i < length; i++) most = row[i] > most ? row[i] : most;
  return most;
}

template <typename T>
HEADWAY_INLINE void forwardRows(const Forward<T>& at, const Shape& shape, const Dropout& dropout,
                                int64_t begin, int64_t end) {
  const int64_t length = shape.length;
  Floats space(length);
  RowMasks masks(dropout, length, end);
  float* row = space.data();
  for (int64_t r = begin; r < end; r++) {
    const T* scores = at.scores + r * length;
    const float* bias = at.bias + r / shape.rowsOfExample * length;
    HEADWAY_APART
    for (int64_t i = 0; i < length; i++) row[i] = load(scores[i]) + bias[i];
    const float most = highest(row, length);
    float sum = 0;
    HEADWAY_APART
    for (int64_t i = 0; i < length; i++) {
      row[i] = expOfNegative(row[i] - most);
      sum += row[i];
    }
    const float share = 1.0f / sum;
    T* probabilities = at.probabilities + r * length;
    if (at.dropped == nullptr) {
      HEADWAY_APART
      for (int64_t i = 0; i < length; i++) store(probabilities + i, row[i] * share);
      continue;
    }
    T* dropped = at.dropped + r * length;
    const float* mask = masks.of(r);
    HEADWAY_APART
    for (int64_t i = 0; i < length; i++) {
      const float value = row[i] * share;
      store(probabilities + i, value);
      store(dropped + i, value * mask[i]);
    }
  }
}

// What was dropped is 0 in `dropped`; where a probability is 0 itself its gradient is, whatever was drawn.
template <typename T>
HEADWAY_INLINE void backwardRows(const Backward<T>& at, const Shape& shape, float scale, int64_t begin,
                                 int64_t end) {
  const int64_t length = shape.length;
  Floats space(length);
  float* row = space.data();
  for (int64_t r = begin; r < end; r++) {
    const T* gradient = at.gradient + r * length;
    const T* probabilities = at.probabilities + r * length;
    const T* dropped = at.dropped + r * length;
    T* scores = at.scores + r * length;
    float dot = 0;
    HEADWAY_APART
    for (int64_t i = 0; i < length; i++) {
      row[i] = load(dropped[i]) == 0.0f ? 0.0f : load(gradient[i]) * scale;
      dot += row[i] * load(probabilities[i]);
    }
    HEADWAY_APART
    for (int64_t i = 0; i < length; i++) {
      store(scores + i, load(probabilities[i]) * (row[i] - dot));
    }
  }
}

HEADWAY_CLONES void forward32(const Forward<float>& at, const Shape& shape, const Dropout& dropout,
                              int64_t begin, int64_t end) {
  forwardRows(at, shape, dropout, begin, end);
}
HEADWAY_CLONES void forward16(const Forward<BFloat16>& at, const Shape& shape, const Dropout& dropout,
                              int64_t begin, int64_t end) {
  forwardRows(at, shape, dropout, begin, end);
}
HEADWAY_CLONES void backward32(const Backward<float>& at, const Shape& shape, float scale, int64_t begin,
                               int64_t end) {
  backwardRows(at, shape, scale, begin, end);
}
HEADWAY_CLONES void backward16(const Backward<BFloat16>& at, const Shape& shape, float scale, int64_t begin,
                               int64_t end) {
  backwardRows(at, shape, scale, begin, end);
}

template <typename T, typename Rows>
void forward(Call& call, const Attributes& attributes, Rows rows) {
  const Tensor scores = call.input(0), bias = call.input(1), key = call.input(2);
  const Shape shape = shapeOf(call, scores);
  call.require(bias.size() == scores.dim(0) * shape.length, "the bias must be [batch, 1, 1, to]");
  call.require(key.size() == 2, "the key must be [2]");
  const Dropout dropout(key.as<int32_t>(), attributes.site, attributes.rate);
  const Tensor probabilities = call.output(0, scores.shape());
  // Without dropout nobody reads the second.
  const bool isDropped = attributes.rate > 0;
  const Tensor dropped = call.output(1, isDropped ? scores.shape() : std::vector<int64_t>{0});
  const Forward<T> at{scores.as<T>(), bias.as<float>(), probabilities.as<T>(),
                      isDropped ? dropped.as<T>() : nullptr};
  Chunks(shape.rows, shape.length).each([&](int64_t, int64_t begin, int64_t end) {
    rows(at, shape, dropout, begin, end);
  });
}

template <typename T, typename Rows>
void backward(Call& call, const Attributes& attributes, Rows rows) {
  const Tensor gradient = call.input(0), probabilities = call.input(1), dropped = call.input(2);
  const Shape shape = shapeOf(call, probabilities);
  call.require(gradient.size() == probabilities.size() && dropped.size() == probabilities.size(),
               "gradient, probabilities and dropped must be of one shape");
  const float scale = keptScale(droppedOf(attributes.rate));
  const Tensor scores = call.output(0, probabilities.shape());
  const Backward<T> at{gradient.as<T>(), probabilities.as<T>(), dropped.as<T>(), scores.as<T>()};
  Chunks(shape.rows, shape.length).each([&](int64_t, int64_t begin, int64_t end) {
    rows(at, shape, scale, begin, end);
  });
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

const std::vector<OpDefinition>& softmaxOps() {
  static const std::vector<OpDefinition> ops = {
      {"HeadwayMaskedSoftmax",
       {"scores: T", "bias: float", "key: int32"},
       {"probabilities: T", "dropped: T"},
       {"T: {float, bfloat16} = DT_FLOAT", "rate: float", "site: int"},
       computeForward},
      {"HeadwayMaskedSoftmaxGrad",
       {"gradient: T", "probabilities: T", "dropped: T"},
       {"scores: T"},
       {"T: {float, bfloat16} = DT_FLOAT", "rate: float"},
       computeBackward},
  };
  return ops;
}

}  // namespace headway
