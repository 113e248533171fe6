/**
 * Name of the compiled kernels of `native/`, in a runtime folder beside TensorFlow's binding. The number
 * is raised with each change of their sources, so that an older file is not taken for them (a test holds it).
 */
export const fusedKernelsFile = 'headway_kernels-1.node'
