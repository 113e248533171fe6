import path from 'node:path'
import * as vscode from 'vscode'
import { isInside } from '../../core/files/isInside.ts'
import {
  countFindings,
  describeEstimate,
  describeLabels,
  describeLengths,
} from '../../core/preflight/describe.ts'
import { type Finding, hasErrors, placeOfFinding } from '../../core/preflight/findings.ts'
import { describeMachine } from '../../core/preflight/machine.ts'
import { formatCount } from '../../core/runs/describe.ts'
import type { PreflightResult } from './preflightProcess.ts'
import { type Answer, type Choice, pick, type StepFrame, separator } from './quickInput.ts'

type Chosen = 'goOn' | 'again' | Finding

const icons = { error: '$(error)', warning: '$(warning)', note: '$(info)' } as const

/**
 * Shows what was found in the data. Errors block; warnings and notes pass. Choosing a finding opens
 * its place.
 * @returns `again` where the data are to be looked through once more
 */
export const showPreflight = async (
  frame: StepFrame,
  folder: string,
  result: PreflightResult,
): Promise<Answer<'goOn' | 'again'>> => {
  for (;;) {
    const answer = await pick<Chosen>({
      ...frame,
      placeholder: 'What is in the data; choose a finding to see its place',
      items: itemsOf(folder, result),
    })
    if (answer.type !== 'chosen') return answer
    const { value } = answer
    if (value === 'goOn' || value === 'again') return { type: 'chosen', value }
    await openPlace(value)
  }
}

const itemsOf = (
  folder: string,
  { files, findings, machine, estimate }: PreflightResult,
): Choice<Chosen>[] => {
  const summary = countFindings(findings)
  const first: Choice<Chosen> = hasErrors(findings)
    ? {
        label: '$(refresh) Look again',
        description: `${summary}: mend the data first`,
        value: 'again',
      }
    : { label: '$(check) Go on', description: summary, value: 'goOn' }
  return [
    first,
    ...(findings.length > 0 ? [separator('Findings')] : []),
    ...findings.map((finding) => ({
      label: `${icons[finding.severity]} ${shortPlace(finding, folder) || finding.severity}`,
      detail: finding.message,
      value: finding,
    })),
    separator('Data'),
    ...files.map((file) => ({
      label: `$(file) ${path.basename(file.file)}: ${formatCount(file.examples)} ${file.unit}`,
      description: describeLabels(file),
      detail: `${file.format} · ${describeLengths(file)}`,
      value: placeless(file.file),
    })),
    separator('This machine'),
    {
      label: `$(server) ${describeMachine(machine)}`,
      ...(estimate ? { detail: describeEstimate(estimate) } : {}),
      value: placeless(),
    },
  ]
}

const placeless = (file?: string): Finding => ({
  severity: 'note',
  kind: 'file',
  message: '',
  ...(file === undefined ? {} : { file }),
})

const shortPlace = (finding: Finding, folder: string): string => {
  const place = placeOfFinding(finding) ?? ''
  return isInside(place, folder) ? path.relative(folder, place) : path.basename(place)
}

const openPlace = async ({ file, line }: Finding): Promise<void> => {
  if (file === undefined) return
  const at = new vscode.Position((line ?? 1) - 1, 0)
  try {
    await vscode.window.showTextDocument(vscode.Uri.file(file), {
      selection: new vscode.Range(at, at),
      preserveFocus: true,
      preview: true,
    })
  } catch {
    // VS Code opens no text of more than 50 MB; the finding has said where it is.
  }
}
