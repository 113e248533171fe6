import fs from 'node:fs'
import path from 'node:path'
import { type AnnotatedText, readAnnotatedText } from '../../core/annotation/annotatedText.ts'
import { annotatedFiles, annotationsFolder } from '../../core/annotation/annotationStore.ts'
import {
  type AnnotationFormat,
  formatFacts,
  goldDocument,
  writeAnnotationFormat,
} from '../../core/annotation/formats/annotationFormats.ts'
import { bratConfiguration } from '../../core/annotation/formats/brat.ts'
import type { LabelledDocument } from '../../core/annotation/formats/labelledDocument.ts'
import { InputError } from '../../core/errors.ts'
import { writeFileAtomic } from '../../core/files/atomicFile.ts'

export interface AnnotationExport {
  readonly format: AnnotationFormat
  /** Annotated files, as the user named them; none: all of the workspace folder. */
  readonly files: readonly string[]
  /** Where the user stands. */
  readonly from: string
  /** An absolute folder. */
  readonly to: string
}

export interface ExportedAnnotations {
  readonly files: readonly string[]
  readonly documents: number
  readonly spans: number
  /** One sentence each, for stderr. */
  readonly notes: readonly string[]
}

/**
 * Writes gold annotations for another program: one file with all texts, for brat two a text.
 * @throws InputError where there is nothing to export, or the format cannot hold it
 */
export const exportAnnotations = (wanted: AnnotationExport): ExportedAnnotations => {
  const folder = annotatedFolder(wanted.from)
  const read = chosenFiles(folder, wanted).map((file) => readGold(folder, file))
  const named = read.flatMap(({ named }) => named ?? [])
  const notes = read.flatMap((each) => each.notes)
  if (named.length === 0) {
    throw new InputError(['No text here has a gold label.', ...notes].join(' '))
  }
  const files = wanted.format === 'brat' ? bratFiles(named) : [oneFile(wanted.format, named)]
  for (const { name, content } of files) writeFileAtomic(path.join(wanted.to, name), content)
  return {
    files: files.map(({ name }) => path.join(wanted.to, name)),
    documents: named.length,
    spans: named.reduce((sum, { document }) => sum + document.spans.length, 0),
    notes,
  }
}

interface NamedDocument {
  /** The text's file, relative to the workspace folder, with `/`. */
  readonly file: string
  readonly document: LabelledDocument
}

interface OutputFile {
  /** Relative to the export's folder. */
  readonly name: string
  readonly content: string
}

/** The nearest folder from here upwards with annotations in it. */
const annotatedFolder = (from: string): string => {
  for (let dir = path.resolve(from); ; dir = path.dirname(dir)) {
    if (fs.existsSync(annotationsFolder(dir))) return dir
    if (dir === path.dirname(dir)) {
      throw new InputError(
        `There are no annotations in or above ${from}; give --run for a run's results.`,
      )
    }
  }
}

const chosenFiles = (folder: string, { files, from }: AnnotationExport): readonly string[] => {
  const annotated = annotatedFiles(folder)
  if (files.length === 0) return annotated
  return files.map((name) => {
    const file = path.relative(folder, path.resolve(from, name)).split(path.sep).join('/')
    if (annotated.includes(file)) return file
    throw new InputError(`${name} has no annotations in ${annotationsFolder(folder)}.`)
  })
}

const readGold = (
  folder: string,
  file: string,
): { readonly named?: NamedDocument; readonly notes: readonly string[] } => {
  const there = readAnnotatedText(folder, file)
  if (!there) return { notes: [`${file} is gone; its annotations are left out.`] }
  const notes = notesOn(file, there)
  // A sentence that was looked at and has no entity is gold as well.
  const judged = there.found.some(({ status }) => status === 'gold' || status === 'reviewed')
  if (!judged) return { notes }
  return { named: { file, document: goldDocument(there.text, there.found) }, notes }
}

const notesOn = (file: string, { text, lost }: AnnotatedText): string[] => {
  const gold = lost.filter(({ status }) => status === 'gold').length
  return [
    ...(gold > 0
      ? [`${file}: ${gold} gold ${gold === 1 ? 'span has' : 'spans have'} no place in the text.`]
      : []),
    ...(text.includes('\ufffd') ? [`${file} is not UTF-8, or has characters that were lost.`] : []),
  ]
}

const oneFile = (format: AnnotationFormat, named: readonly NamedDocument[]): OutputFile => ({
  name: `annotations.${formatFacts[format].extension}`,
  content: writeAnnotationFormat(
    format,
    named.map(({ document }) => document),
  ),
})

/** `name.txt` and `name.ann` side by side, as brat wants them, and the types that occur. */
const bratFiles = (named: readonly NamedDocument[]): OutputFile[] => {
  const taken = new Set<string>()
  const pairs = named.flatMap(({ file, document }) => {
    const stem = file.replace(/\.txt$/, '')
    const name = taken.has(stem) ? file : stem
    taken.add(name)
    return [
      { name: `${name}.txt`, content: document.text },
      { name: `${name}.ann`, content: writeAnnotationFormat('brat', [document]) },
    ]
  })
  const documents = named.map(({ document }) => document)
  return [...pairs, { name: 'annotation.conf', content: bratConfiguration(documents) }]
}
