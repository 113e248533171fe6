import type { Annotation } from '../annotation.ts'
import { readBrat, writeBrat } from './brat.ts'
import { readConllText, writeConll } from './conll.ts'
import { readDoccano, writeDoccano } from './doccano.ts'
import type { LabelledDocument, TypedSpan } from './labelledDocument.ts'
import { readLabelStudio, writeLabelStudio } from './labelStudio.ts'
import { readOffsetsJsonl, writeOffsetsJsonl } from './offsetsJsonl.ts'
import { readSpacy, writeSpacy } from './spacy.ts'

export const annotationFormats = [
  'conll',
  'conll-bioes',
  'jsonl',
  'spacy',
  'brat',
  'doccano',
  'label-studio',
] as const
export type AnnotationFormat = (typeof annotationFormats)[number]

/** As a command line has it; `labelstudio` is written as often. */
export const annotationFormatOf = (name: string): AnnotationFormat | undefined =>
  annotationFormats.find((format) => format === name || format.replace('-', '') === name)

interface FormatFacts {
  readonly label: string
  readonly description: string
  /** Of the file, without a dot. */
  readonly extension: string
}

export const formatFacts: Readonly<Record<AnnotationFormat, FormatFacts>> = {
  conll: { label: 'CoNLL, IOB2', description: 'word and tag, a line a word', extension: 'conll' },
  'conll-bioes': { label: 'CoNLL, BIOES', description: 'word and tag', extension: 'conll' },
  jsonl: { label: 'JSONL with offsets', description: 'UTF-16 units', extension: 'jsonl' },
  spacy: { label: 'spaCy', description: 'training JSON, code points', extension: 'json' },
  brat: { label: 'brat', description: 'standoff for the text file, code points', extension: 'ann' },
  doccano: { label: 'doccano', description: 'JSONL, UTF-16 units', extension: 'jsonl' },
  'label-studio': { label: 'Label Studio', description: 'JSON, code points', extension: 'json' },
}

/** A text with its gold spans. */
export const goldDocument = (
  text: string,
  annotations: readonly Annotation[],
): LabelledDocument => ({
  text,
  spans: annotations
    .filter(({ status, lost }) => status === 'gold' && !lost)
    .map(({ type, start, end }): TypedSpan => ({ type, start, end }))
    .sort((a, b) => a.start - b.start || a.end - b.end),
})

/** @throws InputError where the format cannot hold a type, or more than one document */
export const writeAnnotationFormat = (
  format: AnnotationFormat,
  documents: readonly LabelledDocument[],
): string => {
  switch (format) {
    case 'conll':
      return writeConll(documents, 'IOB2')
    case 'conll-bioes':
      return writeConll(documents, 'BIOES')
    case 'jsonl':
      return writeOffsetsJsonl(documents)
    case 'spacy':
      return writeSpacy(documents)
    case 'brat':
      return documents.map(writeBrat).join('')
    case 'doccano':
      return writeDoccano(documents)
    case 'label-studio':
      return writeLabelStudio(documents)
    default:
      return format satisfies never
  }
}

/**
 * @param text the annotated text, for brat, whose file does not hold it
 * @throws InputError with file and line
 */
export const readAnnotationFormat = (
  format: AnnotationFormat,
  content: string,
  file: string,
  text: string,
): LabelledDocument[] => {
  switch (format) {
    case 'conll':
    case 'conll-bioes':
      return [readConllText(content, file)]
    case 'jsonl':
      return readOffsetsJsonl(content, file)
    case 'spacy':
      return readSpacy(content, file)
    case 'brat':
      return [readBrat(text, content, file)]
    case 'doccano':
      return readDoccano(content, file)
    case 'label-studio':
      return readLabelStudio(content, file)
    default:
      return format satisfies never
  }
}
