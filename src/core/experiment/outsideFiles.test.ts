import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { filesOutside } from './outsideFiles.ts'

let files: TemporaryFiles
let workspace: string
let secret: string
beforeEach(() => {
  files = new TemporaryFiles()
  secret = files.write('elsewhere/secret.tsv', 'a\tb\n')
  files.write('work/train.tsv', 'a\tb\n')
  files.write('work/..data/train.tsv', 'a\tb\n')
  workspace = path.join(files.dir, 'work')
})
afterEach(() => files.remove())

describe('what an experiment reads outside the workspace', () => {
  const outside = (train: string, more: { model?: string; test?: string } = {}) => {
    const { model, ...data } = more
    const experiment = { ...(model === undefined ? {} : { model }), data: { train, ...data } }
    return filesOutside(experiment, workspace, [workspace])
  }

  it('is nothing of its own files, of the Hub, or of what is not there', () => {
    expect(outside('train.tsv', { model: 'google-bert/bert-base-uncased' })).toEqual([])
    expect(outside('..data/train.tsv')).toEqual([])
    expect(outside('hub:nyu-mll/glue/mrpc:train', { test: '../elsewhere/none.tsv' })).toEqual([])
  })

  it('is found by its path, relative or not, and through links', () => {
    fs.symlinkSync(path.dirname(secret), path.join(workspace, 'link'))
    const real = fs.realpathSync(secret)
    for (const name of ['../elsewhere/secret.tsv', secret, 'link/secret.tsv'])
      expect(outside(name)).toEqual([real])
    expect(outside('train.tsv', { test: secret, model: '../elsewhere' })).toEqual([
      path.dirname(real),
      real,
    ])
    expect(outside(secret, { test: secret })).toEqual([real])
  })

  it('is nothing in any folder of the workspace, itself behind a link', () => {
    const linked = path.join(files.dir, 'linked')
    fs.symlinkSync(workspace, linked)
    const experiment = { data: { train: 'train.tsv', dev: secret } }
    expect(filesOutside(experiment, linked, [linked, path.dirname(secret)])).toEqual([])
  })
})
