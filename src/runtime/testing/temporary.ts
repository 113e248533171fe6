import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach } from 'vitest'

/** A function that makes folders, which are deleted after each test of the file that called this. */
export const temporaryFolders = (): (() => string) => {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true })
  })
  return () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-test-'))
    folders.push(folder)
    return folder
  }
}
