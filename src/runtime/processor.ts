import fs from 'node:fs'

/**
 * Whether the processor multiplies bfloat16 in hardware, where bf16 is faster than fp32: AVX-512 BF16
 * or AMX on x86, FEAT_BF16 on ARM.
 */
export const hasBf16 = (
  platform: NodeJS.Platform = process.platform,
  cpuinfo: () => string = readCpuinfo,
): boolean => {
  if (platform !== 'linux') return false
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo())?.[1] ?? ''
  const flags = new Set(line.trim().split(/\s+/))
  return ['avx512_bf16', 'amx_bf16', 'bf16'].some((flag) => flags.has(flag))
}

const readCpuinfo = (): string => {
  try {
    return fs.readFileSync('/proc/cpuinfo', 'utf8')
  } catch {
    return ''
  }
}
