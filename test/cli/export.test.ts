import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Annotation } from '../../src/core/annotation/annotation.ts'
import { formatAnnotations } from '../../src/core/annotation/annotationFile.ts'
import { annotationsPath } from '../../src/core/annotation/annotationStore.ts'
import { writeFinishedRun } from '../support/finishedRun.ts'
import { MlflowStandIn } from '../support/mlflowServer.ts'
import { headway } from './headway.ts'
import { TemporaryFiles } from './temporaryFiles.ts'

const run = 'a1b2c3d4e5f6'
const sweep = '20260105-090000-reviews'

const lastJson = (text: string) => JSON.parse(text.trim().split('\n').at(-1) ?? '')

describe('headway export to an MLflow server', () => {
  const files = new TemporaryFiles()
  let server: MlflowStandIn
  afterAll(() => files.remove())
  beforeEach(async () => {
    writeFinishedRun(files.dir)
    server = await MlflowStandIn.start()
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await server.stop()
  })
  const exported = (...args: string[]) =>
    headway(['export', '--format', 'mlflow', '--json', ...args], files.dir)

  it('sends parameters, curves and tags, and only once', async () => {
    const { code, stdout, stderr } = await exported('--run', run, '--to', server.url)
    expect(code, stderr).toBe(0)
    expect(lastJson(stdout)).toEqual({
      run,
      format: 'mlflow',
      pages: [`${server.url}/#/experiments/1/runs/run1`],
    })
    expect([...server.experiments.keys()]).toEqual([sweep])
    const [kept] = server.runs
    expect(kept).toMatchObject({ status: 'FINISHED', name: `${sweep} c0 seed 1` })
    expect(kept?.endTime).toBe(Date.UTC(2026, 0, 5, 9, 0, 34))
    expect(kept?.params).toContainEqual({ key: 'learningRate', value: '0.00005' })
    expect(kept?.params).toContainEqual({ key: 'data.train', value: 'train.tsv' })
    expect(kept?.tags).toContainEqual({ key: 'headway.run', value: run })
    const losses = kept?.metrics.filter(({ key }) => key === 'train/loss') ?? []
    expect(losses.map(({ step }) => step)).toEqual(Array.from({ length: 60 }, (_, at) => at + 1))
    const scores = kept?.metrics.filter(({ key }) => key === 'dev/accuracy') ?? []
    expect(scores.map(({ step, value }) => [step, value])).toEqual([
      [20, 0.8625],
      [40, 0.8625],
      [60, 0.8625],
    ])
    const again = await exported('--run', sweep, '--to', server.url)
    expect(lastJson(again.stdout)).toMatchObject({ sweep, runs: [run] })
    expect(server.runs).toHaveLength(1)
  })

  it('replaces an export that was interrupted', async () => {
    server.failAfter = 4
    const failed = await exported('--run', run, '--to', server.url)
    expect(failed.code).toBe(2)
    expect(failed.stderr).toMatch(/refused runs\/log-batch \(503, "refused"\)/)
    expect(failed.stderr.trim().split('\n')).toHaveLength(1)
    server.failAfter = Number.POSITIVE_INFINITY
    expect((await exported('--run', run, '--to', server.url)).code).toBe(0)
    expect(server.runs.map(({ deleted }) => deleted)).toEqual([true, false])
    expect(server.runs[1]?.metrics.length).toBeGreaterThan(180)
  })

  it('takes address and sign-in from where the own client of MLflow does', async () => {
    vi.stubEnv('MLFLOW_TRACKING_URI', server.url)
    vi.stubEnv('MLFLOW_TRACKING_TOKEN', 'secret')
    const { code, stderr } = await exported('--run', run, '--experiment', 'mine')
    expect(code, stderr).toBe(0)
    expect([...server.experiments.keys()]).toEqual(['mine'])
    expect(new Set(server.authorizations)).toEqual(new Set(['Bearer secret']))
  })

  it.each([
    [['--run', run, '--to', 'out'], /"out" is no MLflow server/],
    [['--run', run, '--to', 'http://127.0.0.1:9'], /http:\/\/127\.0\.0\.1:9 does not answer/],
    [['--run', run], /--to is missing/],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await exported(...args)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe('headway export of annotations', () => {
  const files = new TemporaryFiles()
  afterAll(() => files.remove())
  const texts = {
    'notes/a.txt': '\ufeff👩‍🚀 Ada Byrne met Bo.\r\nShe left Cairo.\r\n',
    'b.txt': 'Nothing here.\n',
    'c.md': 'Ada.\n',
  }
  const plain = texts['notes/a.txt'].slice(1).replaceAll('\r\n', '\n')
  const span = (text: string, covered: string, type: string, more = {}): Annotation => ({
    ...{ id: covered, start: text.indexOf(covered), end: text.indexOf(covered) + covered.length },
    ...{ text: covered, type, status: 'gold', by: 'me', at: 1, before: '', after: '' },
    ...more,
  })
  const gold = [span(plain, 'Ada Byrne', 'PER'), span(plain, 'Cairo', 'LOC')]
  const annotate = (file: string, annotations: readonly Annotation[]) =>
    files.write(
      path.relative(files.dir, annotationsPath(files.dir, file)),
      formatAnnotations(file, annotations),
    )
  for (const [name, text] of Object.entries(texts)) files.write(name, text)
  annotate('notes/a.txt', [...gold, span(plain, 'Bo', 'PER', { status: 'rejected' })])
  annotate('b.txt', [span('Nothing here.\n', 'Nothing', 'PER', { status: 'rejected' })])
  annotate('c.md', [span('Ada.\n', 'Ada', 'PER')])
  annotate('gone.txt', [span('x', 'x', 'PER')])

  const exported = (...args: string[]) => headway(['export', '--to', 'out', ...args], files.dir)
  const read = (name: string) => fs.readFileSync(path.join(files.dir, 'out', name), 'utf8')

  it.each([
    ['conll', 'annotations.conll', /Ada\tB-PER\nByrne\tI-PER\nmet\tO\nBo\tO\n/],
    ['conll-bioes', 'annotations.conll', /Ada\tB-PER\nByrne\tE-PER\n[\s\S]*Cairo\tS-LOC/],
    ['jsonl', 'annotations.jsonl', /"start":6,"end":15/],
    ['doccano', 'annotations.jsonl', /"label":\[\[6,15,"PER"\],\[33,38,"LOC"\]\]/],
    ['spacy', 'annotations.json', /\[\s*4,\s*13,\s*"PER"\s*\]/],
    ['label-studio', 'annotations.json', /"start": 4,\s*"end": 13,\s*"text": "Ada Byrne"/],
    ['labelstudio', 'annotations.json', /"labels": \[\s*"LOC"\s*\]/],
  ])('%s: all texts of the folder with a gold label', async (format, name, content) => {
    const { code, stdout, stderr } = await exported('--format', format, '--json')
    expect(code, stderr).toBe(0)
    expect(lastJson(stdout)).toMatchObject({ documents: 2, spans: 3 })
    expect(stderr).toBe('gone.txt is gone; its annotations are left out.\n')
    expect(read(name)).toMatch(content)
  })

  it('brat: text and annotations side by side, and the types', async () => {
    const { code, stderr } = await exported('--format', 'brat')
    expect(code, stderr).toBe(0)
    expect(read('notes/a.txt')).toBe(plain)
    expect(read('notes/a.ann')).toBe('T1\tPER 4 13\tAda Byrne\nT2\tLOC 31 36\tCairo\n')
    expect(read('c.md.ann')).toBe('T1\tPER 0 3\tAda\n')
    expect(read('annotation.conf')).toContain('[entities]\nLOC\nPER\n')
  })

  it('exports the named files, from the folder where the user stands', async () => {
    const { code, stdout, stderr } = await headway(
      ['export', '--to', 'out', '--format', 'conll', 'a.txt', '--json'],
      path.join(files.dir, 'notes'),
    )
    expect(code, stderr).toBe(0)
    expect(lastJson(stdout)).toMatchObject({ documents: 1, spans: 2 })
  })

  it.each([
    [['--format', 'xml'], /--run is missing; annotations need none/],
    [['--format', 'conll', 'd.txt'], /d\.txt has no annotations/],
    [['--format', 'conll', 'b.txt'], /No text here has a gold label/],
    [['--run', run, '--format', 'spacy'], /"spacy" is a format of annotations/],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await exported(...args)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })

  const python = spawnSync('python3', ['-c', 'import json'], { encoding: 'utf8' })
  it.skipIf(python.status !== 0)(
    "offsets of spaCy's are code points, as Python counts",
    async () => {
      await exported('--format', 'spacy')
      const script =
        'import json,sys\nfor t,e in json.load(open(sys.argv[1])):\n  print([t[a:b] for a,b,_ in e["entities"]])'
      const args = ['-X', 'utf8', '-c', script, path.join(files.dir, 'out/annotations.json')]
      const { stdout } = spawnSync('python3', args, { encoding: 'utf8' })
      expect(stdout.trim().split('\n').sort()).toEqual(["['Ada Byrne', 'Cairo']", "['Ada']"])
    },
  )
})
