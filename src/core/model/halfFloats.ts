/** IEEE 754 half precision (bits) → number. */
export const halfToNumber = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

export const halvesToFloats = (halves: Uint16Array): Float32Array => {
  const table = new Float32Array(1 << 16)
  for (let bits = 0; bits < table.length; bits++) table[bits] = halfToNumber(bits)
  return Float32Array.from(halves, (bits) => table[bits] ?? 0)
}

/** bfloat16 is the upper half of a float32. */
export const bfloatsToFloats = (values: Uint16Array): Float32Array => {
  const bits = new Uint32Array(values.length)
  for (let i = 0; i < values.length; i++) bits[i] = (values[i] ?? 0) << 16
  return new Float32Array(bits.buffer)
}
