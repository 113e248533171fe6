// What a kernel needs of TensorFlow's C interface.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_tensor.h"

namespace headway {

// An input or output of the op that is being computed.
class Tensor {
 public:
  explicit Tensor(TF_Tensor* tensor) : tensor_(tensor, TF_DeleteTensor) {}

  template <typename T>
  T* as() const {
    return static_cast<T*>(TF_TensorData(tensor_.get()));
  }
  int64_t size() const { return TF_TensorElementCount(tensor_.get()); }
  int rank() const { return TF_NumDims(tensor_.get()); }
  int64_t dim(int axis) const { return TF_Dim(tensor_.get(), axis); }
  std::vector<int64_t> shape() const {
    std::vector<int64_t> sizes;
    for (int axis = 0; axis < rank(); axis++) sizes.push_back(dim(axis));
    return sizes;
  }

 private:
  std::unique_ptr<TF_Tensor, void (*)(TF_Tensor*)> tensor_;
};

struct Failure {
  std::string message;
};

// One computation of one op.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus(), TF_DeleteStatus) {}

  Tensor input(int index) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status_.get());
    check();
    return Tensor(tensor);
  }

  Tensor output(int index, const std::vector<int64_t>& shape) {
    int64_t count = 1;
    for (const int64_t size : shape) count *= size;
    const TF_DataType type = TF_ExpectedOutputDataType(context_, index);
    TF_Tensor* tensor =
        TF_AllocateOutput(context_, index, type, const_cast<int64_t*>(shape.data()),
                          static_cast<int>(shape.size()), count * TF_DataTypeSize(type), status_.get());
    check();
    return Tensor(tensor);
  }

  void require(bool holds, const char* what) {
    if (!holds) throw Failure{what};
  }

  void fail(const std::string& message) {
    TF_SetStatus(status_.get(), TF_INVALID_ARGUMENT, message.c_str());
    TF_OpKernelContext_Failure(context_, status_.get());
  }

 private:
  void check() {
    if (TF_GetCode(status_.get()) != TF_OK) throw Failure{TF_Message(status_.get())};
  }

  TF_OpKernelContext* context_;
  std::unique_ptr<TF_Status, void (*)(TF_Status*)> status_;
};

// What an op's node says besides its inputs.
struct Attributes {
  bool bfloat16 = false;
  float rate = 0;
  float epsilon = 0;
  int32_t site = 0;
};

struct OpDefinition {
  const char* name;
  std::vector<const char*> inputs;
  std::vector<const char*> outputs;
  std::vector<const char*> attributes;
  void (*compute)(Call&, const Attributes&);
};

const std::vector<OpDefinition>& softmaxOps();
const std::vector<OpDefinition>& geluOps();
const std::vector<OpDefinition>& normOps();

}  // namespace headway
