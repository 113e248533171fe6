import * as vscode from 'vscode'
import type { DataFiles } from '../../core/experiment/schema.ts'
import { type LocalData, localData } from '../../runtime/localData.ts'
import { formatBytes, type Report } from '../../runtime/progress.ts'

/** Work that fetches something, with its progress; undefined where the user calls it off. */
export const fetching = <T>(
  what: string,
  work: (report: Report) => Promise<T>,
): Thenable<T | undefined> =>
  vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Headway: fetching ${what}`,
      cancellable: true,
    },
    (progress, token) => {
      const cancelled = new Promise<undefined>((resolve) => {
        token.onCancellationRequested(() => resolve(undefined))
      })
      const report: Report = ({ step, bytes }) => {
        const share = bytes ? ` ${formatBytes(bytes.done)} of ${formatBytes(bytes.total)}` : ''
        progress.report({ message: `${step}${share}` })
      }
      return Promise.race([work(report), cancelled])
    },
  )

/** Files that stand for data of the Hub and Parquet files; undefined where it is called off. */
export const findLocalData = async (
  data: Pick<DataFiles, 'train' | 'dev' | 'test'>,
  base: string,
): Promise<LocalData | undefined> => {
  const given = [data.train, data.dev, data.test]
  if (!given.some((file) => file && /^hub:|\.parquet$/i.test(file))) return {}
  return fetching('the data', (report) => localData(data, base, report))
}
