import path from 'node:path'
import { InputError } from '../errors.ts'
import type { DataFiles, SelectionMetric, TaskHead } from '../experiment/schema.ts'
import type { BertTokenizer } from '../tokenizer/encode.ts'
import { compareFiles } from './compareFiles.ts'
import {
  type DataPart,
  dataParts,
  type FileReport,
  type ScanContext,
  splitPlace,
} from './fileScan.ts'
import { type Finding, sortFindings } from './findings.ts'
import { scanAnswers } from './scanAnswers.ts'
import { type Scanned, scanTexts } from './scanTexts.ts'
import { scanTokens } from './scanTokens.ts'
import { SeenTexts } from './seenTexts.ts'

/** What is known of the data before anything is trained on them. */
export interface Preflight {
  readonly head: TaskHead
  readonly maxLength: number
  readonly files: readonly FileReport[]
  /** The gravest first. */
  readonly findings: readonly Finding[]
}

export interface PreflightOptions {
  readonly head: TaskHead
  readonly data: DataFiles
  /** Folder that the data's paths are relative to. */
  readonly base: string
  readonly tokenizer: BertTokenizer
  readonly maxLength: number
  /** The longest sequence that the model has positions for. */
  readonly maxPositions?: number
  readonly regression?: boolean
  readonly selectionMetric?: SelectionMetric | undefined
}

/**
 * Reads all the data of an experiment once, in bounded memory, and says what is in them. What is
 * wrong with the data is a finding; nothing is thrown for it.
 */
export const runPreflight = async (options: PreflightOptions): Promise<Preflight> => {
  const { head, maxLength } = options
  const scanner = new Scanner(options)
  for (const part of dataParts) await scanner.scan(part)
  const { files, findings } = scanner
  const compared = compareFiles(files, options)
  return { head, maxLength, files, findings: sortFindings([...findings, ...compared]) }
}

class Scanner {
  readonly files: FileReport[] = []
  readonly findings: Finding[] = []
  private readonly seen = new SeenTexts()
  private readonly contexts = new SeenTexts()
  private data: ScanContext['data']

  constructor(private readonly options: PreflightOptions) {
    this.data = options.data
  }

  async scan(part: DataPart): Promise<void> {
    const given = this.options.data[part]
    if (given === undefined) return
    const file = path.resolve(this.options.base, given)
    try {
      const { report, findings } = await this.scanFile(part, file)
      this.files.push(report)
      this.findings.push(...findings)
      if (report.examples === 0) this.refuse(part, file, `there are no ${report.unit} in it`)
      if (part === 'train') this.keepColumns(report)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      const { line, what } = splitPlace(error, file)
      this.refuse(part, file, what, line)
    }
  }

  private scanFile(part: DataPart, file: string): Promise<Scanned> {
    const { head, regression = false, tokenizer, maxLength } = this.options
    const { data, seen } = this
    const holdsOut = part === 'train' && this.options.data.dev === undefined
    const shared = { head, regression, data, tokenizer, maxLength, seen }
    const context: ScanContext = { part, file, holdsOut, ...shared }
    switch (head) {
      case 'sentence':
      case 'pair':
        return scanTexts(context)
      case 'token':
        return scanTokens(context)
      case 'qa':
        return scanAnswers(context, this.contexts)
      default:
        return head satisfies never
    }
  }

  private refuse(part: DataPart, file: string, message: string, line?: number): void {
    const place = line === undefined ? {} : { line, lines: [line] }
    this.findings.push({ severity: 'error', kind: `unreadable.${part}`, file, message, ...place })
  }

  /** Dev and test are read by the columns that the training data have. */
  private keepColumns({ columns }: FileReport): void {
    const { text, textPair, label } = columns
    this.data = {
      ...this.data,
      ...(text === undefined ? {} : { textColumn: text }),
      ...(textPair === undefined ? {} : { textPairColumn: textPair }),
      ...(label === undefined ? {} : { labelColumn: label }),
    }
  }
}
