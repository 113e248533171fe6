import fs from 'node:fs'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { InputError } from '../errors.ts'
import { bfloatsToFloats, halfToNumber } from './halfFloats.ts'
import { openSafetensors } from './safetensors.ts'
import { writeSafetensors } from './safetensorsWriter.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

const raw = (header: string, dataBytes: number, length = Buffer.byteLength(header)): Buffer => {
  const prefix = Buffer.alloc(8)
  prefix.writeBigUInt64LE(BigInt(length))
  return Buffer.concat([prefix, Buffer.from(header), Buffer.alloc(dataBytes, 1)])
}

const tensor = (dtype: string, shape: number[], start: number, end: number) =>
  JSON.stringify({ dtype, shape, data_offsets: [start, end] })

describe('safetensors', () => {
  it('come back as they were written', () => {
    const file = `${files.dir}/a.safetensors`
    const tensors = new Map([
      ['a.weight', { shape: [2, 3], data: Float32Array.from([1, -2, 3.5, 0, 1e-30, 7]) }],
      ['scalar', { shape: [], data: Float32Array.from([4]) }],
      ['empty', { shape: [0, 3], data: new Float32Array() }],
    ])
    writeSafetensors(file, tensors)
    const opened = openSafetensors(file)
    expect(opened.metadata).toEqual({ format: 'pt' })
    for (const [name, { shape, data }] of tensors) {
      expect(opened.tensors.get(name)?.shape).toEqual(shape)
      expect(opened.read(name)).toEqual(data)
    }
    expect(fs.readdirSync(files.dir).filter((name) => name.endsWith('.tmp'))).toEqual([])
    expect(() => opened.read('b')).toThrow('has no tensor "b"')
  })

  it('of half precision become float32', () => {
    expect([0x3c00, 0xc000, 0x7bff, 0x0001, 0xfc00].map(halfToNumber)).toEqual([
      1,
      -2,
      65504,
      2 ** -24,
      Number.NEGATIVE_INFINITY,
    ])
    expect([...bfloatsToFloats(Uint16Array.of(0x3f80, 0xc040, 0x0000))]).toEqual([1, -3, 0])
    const file = files.write('h', raw(`{"a":${tensor('F16', [1], 0, 2)}}`, 2))
    expect(openSafetensors(file).read('a')).toEqual(Float32Array.of(halfToNumber(0x0101)))
    const integers = files.write('i', raw(`{"a":${tensor('I64', [1], 0, 8)}}`, 8))
    expect(() => openSafetensors(integers).read('a')).toThrow('is of type I64')
  })

  const a = tensor('F32', [2], 0, 8)
  const faults: [string, Buffer, RegExp][] = [
    ['nothing', Buffer.alloc(0), /no safetensors file: 0 bytes/],
    ['an absurd header length', raw('{}', 0, 2 ** 40), /header would be 1099511627776 bytes/],
    ['a header cut off', raw('{}', 0, 100), /is truncated: its header needs 100 bytes/],
    ['no JSON', raw('{"a":', 0), /header is not a JSON object/],
    ['a list', raw('[]', 0), /header is not a JSON object/],
    ['no UTF-8', raw('{"\xff"}', 0).fill(0xff, 9, 12), /header is not UTF-8/],
    [
      'data cut off',
      raw(`{"a":${a}}`, 7),
      /is truncated or damaged: "a" should lie at bytes 0 to 8 of 7/,
    ],
    ['data too long', raw(`{"a":${a}}`, 9), /tensors take 8 bytes, the file has 9/],
    ['a shape that does not fit', raw(`{"a":${tensor('F32', [3], 0, 8)}}`, 8), /needs 12 bytes/],
    [
      'a shape beyond all bounds',
      raw(`{"a":${tensor('F32', [2 ** 50, 2 ** 50], 0, 8)}}`, 8),
      /its entry gives it 8/,
    ],
    ['a negative shape', raw(`{"a":${tensor('F32', [-2], 0, 8)}}`, 8), /is not a tensor's/],
    ['an overlap', raw(`{"a":${a},"b":${tensor('F32', [2], 4, 12)}}`, 12), /"b" overlaps/],
    ['a hole', raw(`{"a":${a},"b":${tensor('F32', [2], 12, 20)}}`, 20), /"b" leaves a hole/],
    ['an unknown type', raw(`{"a":${tensor('F3', [2], 0, 8)}}`, 8), /unknown type F3/],
    ['a key twice', raw(`{"a":${a},"a":${a}}`, 8), /has the key "a" twice/],
    ['a key twice, once escaped', raw(`{"a":${a},"\\u0061":${a}}`, 8), /has the key "a" twice/],
    ['a pickle in a zip', Buffer.from('PK\u0003\u0004 and more of it'), /is a PyTorch pickle/],
    [
      'an old pickle',
      Buffer.from([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46]),
      /is a PyTorch pickle/,
    ],
  ]
  it.each(faults)('are refused with %s', (_, bytes, message) => {
    const file = files.write('fault', bytes)
    expect(() => openSafetensors(file)).toThrow(InputError)
    expect(() => openSafetensors(file)).toThrow(message)
  })

  it('end random headers in one sentence', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '"a"',
      ':',
      ',',
      '[',
      ']',
      '0',
      '8',
      a,
      '"shape"',
      'F32',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(32), (pieces, bytes) => {
        const file = files.write('random', raw(pieces.join(''), bytes))
        try {
          openSafetensors(file)
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
      { numRuns: 300 },
    )
  })
})
