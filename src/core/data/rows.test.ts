import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { InputError } from '../errors.ts'
import { inspectDataFile } from './inspect.ts'
import { type Row, readRows } from './rows.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

const read = async (file: string, header = false): Promise<Row[]> => {
  const rows: Row[] = []
  for await (const row of readRows(file, { header })) rows.push(row)
  return rows
}
const fieldsOf = async (file: string, header = false) =>
  (await read(file, header)).map(({ fields }) => fields)

it.skipIf(process.platform === 'win32')('does not wait for the writer of a pipe', async () => {
  const pipe = path.join(files.dir, 'pipe.tsv')
  execFileSync('mkfifo', [pipe])
  await expect(inspectDataFile(pipe)).rejects.toThrow('is not a regular file')
})

describe('TSV', () => {
  it('takes quotes as text, CRLF and a BOM', async () => {
    const file = files.write(
      'a.tsv',
      '\ufeffsentence\tlabel\r\n"He said\t1\r\nit\'s 5" long\t0\r\n',
    )
    expect(await read(file, true)).toEqual([
      { line: 2, fields: ['"He said', '1'] },
      { line: 3, fields: ['it\'s 5" long', '0'] },
    ])
  })

  it('passes over empty lines and counts them', async () => {
    const file = files.write('b.tsv', 'a\t1\n\n  \nb\t2')
    expect((await read(file)).map(({ line }) => line)).toEqual([1, 4])
  })

  it('names the line of a row with too few fields, or too many', async () => {
    const few = files.write('few.tsv', 'text\tlabel\na\t1\nb\n')
    await expect(read(few, true)).rejects.toThrow(`${few}:3 has 1 field, the rows before it have 2`)
    const many = files.write('many.tsv', 'a\t1\nb\t2\tc\n')
    await expect(read(many)).rejects.toThrow(`${many}:2 has 3 fields`)
    const trailing = files.write('trailing.tsv', 'a\t1\nb\t2\t\n')
    expect(await read(trailing)).toHaveLength(2)
  })

  it('takes a row of empty fields for a row', async () => {
    const file = files.write('tabs.tsv', 'a\t1\n\t\n\nb\t2\n')
    expect((await read(file)).map(({ line }) => line)).toEqual([1, 2, 4])
    const csv = files.write('tabs.csv', 'a\t1\n\t\n\nb\t2\n')
    expect((await read(csv)).map(({ line }) => line)).toEqual([1, 2, 4])
  })

  it('skips and counts bad rows where that is asked for', async () => {
    const file = files.write('skip.tsv', 'a\t1\nb\nc\t\xff\n')
    const bytes = Buffer.from('a\t1\nb\nc\t2\n')
    bytes[bytes.length - 2] = 0xff
    fs.writeFileSync(file, bytes)
    const bad: string[] = []
    const rows: Row[] = []
    const options = { header: false, onBadRow: (error: InputError) => bad.push(error.message) }
    for await (const row of readRows(file, options)) rows.push(row)
    expect(rows).toEqual([{ line: 1, fields: ['a', '1'] }])
    expect(bad).toHaveLength(2)
    expect(bad[1]).toContain(':3 is not valid UTF-8')
  })
})

describe('CSV', () => {
  it('reads quoted delimiters, doubled quotes and line ends', async () => {
    const file = files.write('a.csv', 'text,label\n"a, ""b""\r\nc",1\nplain "x",2\n')
    expect(await read(file, true)).toEqual([
      { line: 2, fields: ['a, "b"\nc', '1'] },
      { line: 4, fields: ['plain "x"', '2'] },
    ])
  })

  it('takes semicolons and tabs for delimiters where they are', async () => {
    expect(await fieldsOf(files.write('s.csv', 'a;1\n"b;c";2\n'))).toEqual([
      ['a', '1'],
      ['b;c', '2'],
    ])
    expect(await fieldsOf(files.write('t.csv', 'a\t1\nb\t2\n'))).toEqual([
      ['a', '1'],
      ['b', '2'],
    ])
  })

  it('names the line where a quote opens that never closes', async () => {
    const file = files.write('open.csv', 'a,1\n"b,2\nc,3\n')
    await expect(read(file)).rejects.toThrow(`${file}:2 opens a quote that is never closed`)
    const after = files.write('after.csv', 'a,1\n"b"c,2\n')
    await expect(read(after)).rejects.toThrow(`${after}:2 has text after a closing quote`)
  })

  it('gives back any fields that were written by the rules', async () => {
    // Without \r and NUL: the one is a line end, the other says that a file is binary.
    const text = fc.string({ unit: 'grapheme' }).map((each) => each.replace(/[\r\0]/g, ''))
    const field = fc.oneof(text, fc.constantFrom('"', '""', 'a\nb', ',', ' ', 'ü😀', '\t;'))
    const rows = fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(rows, async (table) => {
        const quote = (each: string) => `"${each.replaceAll('"', '""')}"`
        const content = table.map((row) => row.map(quote).join(',')).join('\n')
        const expected = table.map((row) => [...row])
        expect(await fieldsOf(files.write('p.csv', content))).toEqual(expected)
      }),
      { numRuns: 100 },
    )
  })
})

describe('JSON and JSONL', () => {
  const rows = [{ text: 'a "b" [c]', label: 1 }, { text: '}\n{', label: true }, { text: 'ü\\' }]

  it('reads an array, an object with data, and a line each', async () => {
    const pretty = files.write('a.json', JSON.stringify(rows, null, 2))
    expect(await fieldsOf(pretty)).toEqual(rows)
    expect((await read(pretty)).map(({ line }) => line)).toEqual([2, 6, 10])
    const inData = files.write('b.json', JSON.stringify({ v: ['data'], data: rows, n: { x: 1 } }))
    expect(await fieldsOf(inData)).toEqual(rows)
    const lines = files.write('c.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'))
    expect(await fieldsOf(lines)).toEqual(rows)
  })

  it('names file, line and column of what is no JSON', async () => {
    const file = files.write('bad.jsonl', '{"a": 1}\n{"a": 1,}\n')
    await expect(read(file)).rejects.toThrow(`${file}:2:9 is not valid JSON: unexpected "}"`)
    const cut = files.write('cut.json', '[{"a": 1},\n{"a"')
    await expect(read(cut)).rejects.toThrow(`${cut}:2 is not valid JSON: it ends early`)
    const inner = files.write('inner.json', '[\n{"a": 1},\n{"a": nix}\n]')
    await expect(read(inner)).rejects.toThrow(`${inner}:3:7 is not valid JSON`)
    const scalar = files.write('scalar.jsonl', '5\n')
    await expect(read(scalar)).rejects.toThrow('is not a JSON object')
    const single = files.write('single.json', '{"a": 1}')
    await expect(read(single)).rejects.toThrow('holds no list of rows')
  })

  const damaged: [string, string, string][] = [
    ['a second list', '[{"a": 1}]\n[{"a": 2}]', ':2 is not valid JSON: unexpected "["'],
    ['a second object', '{"data": [{"a": 1}]}\n{"data": [{"a": 2}]}', ':2 is not valid JSON: unex'],
    ['a list after an object', '{"a": 1}\n[{"a": 2}]', ':2 is not valid JSON: unexpected "["'],
    ['a second "data"', '{"data": [{"a": 1}],\n"data": [{"a": 2}]}', ':2 begins a second list'],
    ['brackets that do not match', '[{"a": 1}\n}', ':2 is not valid JSON: unexpected "}"'],
    ['brackets crossed in a row', '[{"a": [1}]\n]', ':1 is not valid JSON: unexpected "}"'],
    ['a bare string', '[{"a": 1}]\n"b"', ':2 is not valid JSON: unexpected "\\""'],
    ['an open bracket', '[{"a": 1}, [', ':1 is not valid JSON: it ends early'],
  ]
  it.each(damaged)('refuses %s', async (_, text, message) => {
    const file = files.write('damaged.json', text)
    await expect(read(file)).rejects.toThrow(`${file}${message}`)
    const bad: unknown[] = []
    const options = { header: false, onBadRow: (error: InputError) => bad.push(error) }
    await expect(async () => {
      for await (const _ of readRows(file, options));
    }).rejects.toThrow(`${file}${message}`)
  })

  it('reads JSONL that calls itself JSON, as datasets writes it', async () => {
    const lines = rows.map((row) => JSON.stringify(row)).join('\n')
    expect(await fieldsOf(files.write('lines.json', lines))).toEqual(rows)
    expect(await fieldsOf(files.write('blank.json', `\n${lines}\n`))).toEqual(rows)
    const one = files.write('one.json', `${JSON.stringify({ data: rows })}\n`)
    expect(await fieldsOf(one)).toEqual(rows)
    const bad = files.write('bad.json', '{"a": 1}\n{"a": 2,}\n')
    await expect(read(bad)).rejects.toThrow(`${bad}:2:9 is not valid JSON`)
  })

  it.each([
    { text: 'a', label: 1 },
    { tokens: ['a'], ner_tags: [0] },
    { question: 'Who?', context: 'a b', answers: { text: ['a'], answer_start: [0] } },
  ])('reads one row on a line that calls itself JSON: %j', async (row) => {
    expect(await fieldsOf(files.write('row.json', `${JSON.stringify(row)}\n`))).toEqual([row])
  })

  it.each([
    { text: { 0: 'a', 1: 'b' }, label: { 0: 'x', 1: 'y' } },
    { text: ['a', 'b'], label: ['x', 'y'] },
    { version: '1.1', rows: [], paragraphs: [] },
  ])('does not take for a row what is a table: %j', async (value) => {
    const file = files.write('table.json', JSON.stringify(value))
    await expect(read(file)).rejects.toThrow('holds no list of rows')
  })

  it('reads JSONL that calls itself JSON where its first line is long', async () => {
    const long = { text: 'ü"}'.repeat(30_000), label: 'a' }
    const all = [long, ...rows]
    const lines = all.map((row) => `${JSON.stringify(row)}\n`).join('')
    expect(await fieldsOf(files.write('wide.json', lines))).toEqual(all)
    expect(await fieldsOf(files.write('wide', lines))).toEqual(all)
    expect(await fieldsOf(files.write('alone.json', JSON.stringify(long)))).toEqual([long])
    const ends = { text: 'x'.repeat((1 << 16) - 12) }
    expect(
      await fieldsOf(files.write('ends.json', `${JSON.stringify(ends)}\n\n{"text": "y"}`)),
    ).toEqual([ends, { text: 'y' }])
    const nested = `${JSON.stringify({ version: '1', data: all })}\n`
    expect(await fieldsOf(files.write('nested.json', nested))).toEqual(all)
  })

  it('gives back any array of objects', async () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue())
    await fc.assert(
      fc.asyncProperty(fc.array(object, { maxLength: 8 }), fc.boolean(), async (list, indented) => {
        const text = JSON.stringify(list, null, indented ? 1 : undefined)
        expect(await fieldsOf(files.write('p.json', text))).toEqual(JSON.parse(text))
      }),
      { numRuns: 100 },
    )
  })
})

describe('what is no data', () => {
  it('says what is wrong with the file', async () => {
    await expect(read('/nowhere/x.tsv')).rejects.toThrow('/nowhere/x.tsv does not exist')
    await expect(read(files.dir)).rejects.toThrow('is a folder')
    const binary = files.write('b.tsv', Buffer.from([65, 10, 66, 0, 1]))
    await expect(read(binary)).rejects.toThrow(`${binary}:2 has NUL bytes`)
    const wide = files.write('w.tsv', Buffer.from('\ufeffa\tb\n', 'utf16le'))
    await expect(read(wide)).rejects.toThrow('is UTF-16')
    await expect(inspectDataFile(files.write('e.tsv', ''))).rejects.toThrow('is empty')
    await expect(inspectDataFile(files.write('e.json', ' \n'))).rejects.toThrow('is empty')
  })

  it('refuses a line of 5 MB without keeping it', async () => {
    const file = files.write('long.tsv', `a\t1\n${'x'.repeat(5_000_000)}\t1\n`)
    await expect(read(file)).rejects.toThrow(`${file}:2 is 5.0 MB long`)
    const json = files.write('long.json', `[{"a": "${'x'.repeat(5_000_000)}"}]`)
    await expect(read(json)).rejects.toThrow(`${json}:1 begins a row of more than 1 MB`)
    const quote = files.write('long.csv', `"${'line\n'.repeat(1_000_000)}`)
    await expect(read(quote)).rejects.toThrow(`${quote}:1 opens a quote`)
  })

  it('ends random bytes in rows or one sentence', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .string({ unit: fc.constantFrom('"', ',', '\n', '{', '}', '[', ']', ':', 'a', '\\', '\t') })
        .map((text) => Buffer.from(text)),
    )
    const name = fc.constantFrom('f.tsv', 'f.csv', 'f.json', 'f.jsonl', 'f')
    await fc.assert(
      fc.asyncProperty(bytes, name, async (content, fileName) => {
        const file = files.write(fileName, content)
        try {
          const head = await inspectDataFile(file)
          for await (const _ of readRows(file, { header: head.header, format: head.format }));
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
      { numRuns: 500 },
    )
  })
})
