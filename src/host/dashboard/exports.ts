import path from 'node:path'
import * as vscode from 'vscode'
import { plainText } from '../plainText.ts'

const filters = { png: { Images: ['png'] }, csv: { 'CSV tables': ['csv'] } } as const
const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** Asks where, and writes a picture or a table there. */
export const saveExport = async (
  name: string,
  kind: 'png' | 'csv',
  content: string,
): Promise<void> => {
  const bytes = kind === 'png' ? Buffer.from(content, 'base64') : Buffer.from(content, 'utf8')
  if (kind === 'png' && !bytes.subarray(0, 8).equals(pngSignature)) return
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri
  const safe = path.basename(name).replace(/[^\p{L}\p{N}_-]+/gu, '-') || 'headway'
  const target = await vscode.window.showSaveDialog({
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, `${safe}.${kind}`) } : {}),
    filters: filters[kind] as unknown as Record<string, string[]>,
  })
  if (!target) return
  await vscode.workspace.fs.writeFile(target, bytes)
  const open = await vscode.window.showInformationMessage(
    plainText(`Saved ${path.basename(target.fsPath)}.`),
    'Open',
  )
  if (open) await vscode.commands.executeCommand('vscode.open', target)
}
