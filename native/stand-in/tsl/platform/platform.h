// Included by tensorflow/c/kernels.h for this one definition; what it leaves out is not needed here.
#define IS_SLIM_BUILD
