import * as vscode from 'vscode'
import { type CsvValue, toCsv } from '../../core/export/csv.ts'
import type { FollowedSweep } from '../runs/storeFollower.ts'

/** Results of a sweep as one table: a run a row. */
const rowsOf = ({ runs }: FollowedSweep): Record<string, CsvValue>[] =>
  runs.map(({ state: { record, state } }) => {
    const { data, ...config } = record.config
    const { byLabel: _, ...metrics } = record.metrics ?? {}
    return {
      run: record.id,
      cell: record.cell,
      state,
      ...config,
      train: data.train,
      dev: data.dev ?? null,
      ...Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value ?? null])),
      seconds: record.seconds ?? null,
      examplesPerSecond: record.examplesPerSecond ?? null,
      peakMemoryMB: record.peakMemoryMB ?? null,
    } as unknown as Record<string, CsvValue>
  })

/** Asks for a format and a place, and writes the sweep's results there. */
export const exportSweep = async (sweep: FollowedSweep): Promise<void> => {
  const format = await vscode.window.showQuickPick(
    [
      { label: 'CSV', description: 'a run a row, for spreadsheets and pandas', id: 'csv' },
      { label: 'JSON', description: 'the same, with numbers as they are', id: 'json' },
    ],
    { placeHolder: `Export the results of ${sweep.record.name} as` },
  )
  if (!format) return
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(
      vscode.Uri.file(sweep.store),
      `${sweep.record.id}.${format.id}`,
    ),
  })
  if (!target) return
  const rows = rowsOf(sweep)
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const table = [columns, ...rows.map((row) => columns.map((column) => row[column]))]
  const text = format.id === 'csv' ? toCsv(table) : `${JSON.stringify(rows, null, 2)}\n`
  await vscode.workspace.fs.writeFile(target, Buffer.from(text, 'utf8'))
  await vscode.commands.executeCommand('vscode.open', target)
}
