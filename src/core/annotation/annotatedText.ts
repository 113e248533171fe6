import fs from 'node:fs'
import path from 'node:path'
import { InputError, messageOf } from '../errors.ts'
import type { Annotation } from './annotation.ts'
import { readAnnotations } from './annotationStore.ts'
import { type Refound, refind } from './refind.ts'

/** A text on disk with the annotations that have a place in it. */
export interface AnnotatedText extends Refound {
  /** Line ends `\n`, no byte order mark: what the offsets count in. */
  readonly text: string
  readonly found: Annotation[]
}

/**
 * Reads an annotated file of a workspace folder; undefined where the file is gone.
 * @param file relative to the folder, with `/`
 * @throws InputError where it cannot be read
 */
export const readAnnotatedText = (folder: string, file: string): AnnotatedText | undefined => {
  const source = path.join(folder, ...file.split('/'))
  if (!fs.existsSync(source)) return undefined
  const text = readText(source)
    .replace(/^\ufeff/, '')
    .replaceAll(/\r\n?/g, '\n')
  const { annotations } = readAnnotations(folder, file)
  return {
    text,
    ...refind(
      text,
      annotations.filter(({ status }) => status !== 'removed'),
    ),
  }
}

const readText = (file: string): string => {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    throw new InputError(`${file} cannot be read: ${messageOf(error)}.`)
  }
}
