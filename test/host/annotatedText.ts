import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import * as vscode from 'vscode'
import type { Annotation } from '../../src/core/annotation/annotation.ts'
import { parseAnnotations } from '../../src/core/annotation/annotationFile.ts'
import { workspaceFolder } from './headway.ts'

export const until = async <T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T> => {
  const limit = Date.now() + 20_000
  for (;;) {
    const found = await look()
    if (found) return found
    assert.ok(Date.now() < limit, `${what}: not in 20 s`)
    await wait(40)
  }
}

export const run = (command: string, ...args: unknown[]) =>
  vscode.commands.executeCommand(`headway.${command}`, ...args)

/** A file of the workspace as the editor shows it, with its labels on disk. */
export class AnnotatedText {
  private constructor(readonly editor: vscode.TextEditor) {}

  static async open(name: string, content?: string): Promise<AnnotatedText> {
    const file = path.join(workspaceFolder(), name)
    if (content !== undefined) {
      fs.mkdirSync(path.dirname(file), { recursive: true })
      fs.writeFileSync(file, content)
    }
    return AnnotatedText.show(await vscode.workspace.openTextDocument(file))
  }

  static async show(document: vscode.TextDocument): Promise<AnnotatedText> {
    return new AnnotatedText(await vscode.window.showTextDocument(document, { preview: false }))
  }

  get document(): vscode.TextDocument {
    return this.editor.document
  }

  get text(): string {
    return this.document.getText()
  }

  /** Without those that were taken back. */
  get labels(): Annotation[] {
    return labelsOf(vscode.workspace.asRelativePath(this.document.uri))
  }

  get problems(): string[] {
    return vscode.languages
      .getDiagnostics(this.document.uri)
      .filter(({ source }) => source === 'Headway')
      .map(({ message, code }) => `${code}: ${message}`)
  }

  untilProblem(pattern: RegExp): Promise<string> {
    return until(`a problem ${pattern}`, () => this.problems.find((each) => pattern.test(each)))
  }

  select(piece: string): void {
    this.editor.selection = this.selectionOf(piece)
  }

  async hover(piece: string): Promise<string> {
    const { start } = this.selectionOf(piece)
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      this.document.uri,
      start.translate(0, 1),
    )
    return hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (typeof content === 'string' ? content : content.value))
      .join('\n')
      .replaceAll('&nbsp;', ' ')
  }

  async fixes(piece: string): Promise<vscode.CodeAction[]> {
    const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      this.document.uri,
      this.selectionOf(piece),
    )
    return all.filter(({ command }) => command?.command.startsWith('headway.'))
  }

  /** Does what the light bulb's entry of this title does. */
  async fix(piece: string, title: RegExp): Promise<void> {
    const found = await until(
      `a quick fix ${title} for ${piece}`,
      async () => (await this.fixes(piece)).find((each) => title.test(each.title))?.command,
    )
    await vscode.commands.executeCommand(found.command, ...(found.arguments ?? []))
  }

  async close(): Promise<void> {
    await vscode.window.showTextDocument(this.document, { preview: false })
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
  }

  private selectionOf(piece: string): vscode.Selection {
    const start = this.text.indexOf(piece)
    assert.ok(start >= 0, piece)
    return new vscode.Selection(
      this.document.positionAt(start),
      this.document.positionAt(start + piece.length),
    )
  }
}

/** Labels on disk, without those that were taken back. */
export const labelsOf = (name: string): Annotation[] => {
  const labels = path.join(workspaceFolder(), `.headway/annotations/${name}.jsonl`)
  if (!fs.existsSync(labels)) return []
  return parseAnnotations(fs.readFileSync(labels, 'utf8')).annotations.filter(
    ({ status }) => status !== 'removed',
  )
}
