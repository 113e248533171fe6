/** Of a folder in `webview/`, and of the page's root. */
export type PageName = 'dashboard' | 'summary' | 'playground'

export interface PageParts {
  readonly cspSource: string
  readonly script: string
  readonly style: string
  readonly nonce: string
  /** Of one empty style element: the toolkit makes it to learn whether there is `:focus-visible`. */
  readonly styleNonce: string
  readonly title: string
  readonly sweepDir: string
  readonly page: PageName
  readonly name: string
}

/**
 * A dashboard's messages may be there before its script is, and VS Code hands them on 200 ms after the
 * page at the latest: until somebody listens they are kept here. Before the style, which scripts wait for.
 */
const keepEarly =
  "window.early = []; window.addEventListener('message', ({ data }) => window.early?.push(data))"

/**
 * A webview's page: no remote content, no inline handler, no eval; of inline scripts `keepEarly` alone.
 * Styles that controls make at run time go through constructed sheets, which a CSP does not touch.
 */
export const pageHtml = ({
  cspSource,
  script,
  style,
  nonce,
  styleNonce,
  title,
  sweepDir,
  page,
  name,
}: PageParts): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource} 'nonce-${styleNonce}'; font-src ${cspSource}; img-src ${cspSource}">
<meta property="csp-nonce" content="${styleNonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>${page === 'dashboard' ? `\n<script nonce="${nonce}">${keepEarly}</script>` : ''}
<link rel="stylesheet" href="${style}">
</head>
<body>
<main id="${page}" data-sweep="${escapeText(sweepDir)}" aria-label="${name}"></main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeText = (text: string): string => text.replace(/[&<>"]/g, (sign) => entities[sign] ?? '')
