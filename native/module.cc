// Makes the kernels known to TensorFlow when Node loads this file.
#include <cstring>

#include "kernel.h"
#include "node_api.h"

namespace headway {
namespace {

struct Instance {
  Attributes attributes;
  void (*compute)(Call&, const Attributes&);
};

void readAttributes(TF_OpKernelConstruction* context, const OpDefinition& definition, Attributes& into) {
  TF_Status* status = TF_NewStatus();
  for (const char* spec : definition.attributes) {
    if (std::strncmp(spec, "T:", 2) == 0) {
      TF_DataType type = TF_FLOAT;
      TF_OpKernelConstruction_GetAttrType(context, "T", &type, status);
      into.bfloat16 = type == TF_BFLOAT16;
    } else if (std::strncmp(spec, "site:", 5) == 0) {
      TF_OpKernelConstruction_GetAttrInt32(context, "site", &into.site, status);
    } else {
      const bool isRate = std::strncmp(spec, "rate:", 5) == 0;
      TF_OpKernelConstruction_GetAttrFloat(context, isRate ? "rate" : "epsilon",
                                           isRate ? &into.rate : &into.epsilon, status);
    }
    if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(context, status);
  }
  TF_DeleteStatus(status);
}

// The C interface hands no data to `create`: one function for each op.
constexpr int kMost = 8;
const OpDefinition* definitions[kMost];
int known = 0;

template <int index>
void* create(TF_OpKernelConstruction* context) {
  auto* instance = new Instance{{}, definitions[index]->compute};
  readAttributes(context, *definitions[index], instance->attributes);
  return instance;
}

using Create = void* (*)(TF_OpKernelConstruction*);
constexpr Create creates[kMost] = {create<0>, create<1>, create<2>, create<3>,
                                   create<4>, create<5>, create<6>, create<7>};

void compute(void* kernel, TF_OpKernelContext* context) {
  const auto* instance = static_cast<Instance*>(kernel);
  Call call(context);
  try {
    instance->compute(call, instance->attributes);
  } catch (const Failure& failure) {
    call.fail(failure.message);
  } catch (const std::bad_alloc&) {
    call.fail("out of memory");
  } catch (const std::exception& error) {
    call.fail(error.what());
  }
}

void destroy(void* kernel) { delete static_cast<Instance*>(kernel); }

void unknownShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

// Returns what went wrong, or nothing.
std::string registerOp(const OpDefinition& definition) {
  if (known == kMost) return "there are more ops than places";
  definitions[known] = &definition;
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(definition.name);
  for (const char* spec : definition.attributes) TF_OpDefinitionBuilderAddAttr(op, spec);
  for (const char* spec : definition.inputs) TF_OpDefinitionBuilderAddInput(op, spec);
  for (const char* spec : definition.outputs) TF_OpDefinitionBuilderAddOutput(op, spec);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, unknownShapes);
  TF_Status* status = TF_NewStatus();
  TF_RegisterOpDefinition(op, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_KernelBuilder* kernel =
        TF_NewKernelBuilder(definition.name, "CPU", creates[known], compute, destroy);
    TF_RegisterKernelBuilder(definition.name, kernel, status);
  }
  const std::string message = TF_GetCode(status) == TF_OK ? "" : TF_Message(status);
  TF_DeleteStatus(status);
  known++;
  return message;
}

}  // namespace

std::string registerAll() {
  for (const auto* ops : {&softmaxOps(), &geluOps(), &normOps()}) {
    for (const auto& definition : *ops) {
      const std::string message = registerOp(definition);
      if (!message.empty()) return message;
    }
  }
  return "";
}

}  // namespace headway

// Once for a process: each of Node's threads that loads this file comes by here.
NAPI_MODULE_INIT() {
  static const std::string failure = headway::registerAll();
  if (failure.empty()) return exports;
  napi_throw_error(env, nullptr, failure.c_str());
  return nullptr;
}
