import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'
import { type PageName, pageHtml } from './dashboard/html.ts'

export interface WebviewPage {
  readonly page: PageName
  readonly title: string
  /** What a screen reader calls it. */
  readonly name: string
  /** Of a dashboard. */
  readonly sweepDir?: string
}

/** Gives a webview its page: scripts and styles of `dist/webview` alone, under a policy of its own. */
export const showPage = (
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { page, title, name, sweepDir = '' }: WebviewPage,
): void => {
  const dist = vscode.Uri.joinPath(extensionUri, 'dist', 'webview')
  const file = (suffix: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(dist, `${page}.${suffix}`)).toString()
  webview.options = { enableScripts: true, localResourceRoots: [dist], enableCommandUris: false }
  webview.html = pageHtml({
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    styleNonce: randomBytes(16).toString('base64'),
    script: file('js'),
    style: file('css'),
    title,
    sweepDir,
    page,
    name,
  })
}
