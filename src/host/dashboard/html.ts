export interface PageResources {
  readonly cspSource: string
  readonly script: string
  readonly style: string
  readonly nonce: string
  readonly title: string
  readonly sweepDir: string
}

/**
 * The dashboard's page: no remote content, no inline script or handler, no eval. Styles that
 * controls make at run time go through constructed sheets, which a CSP does not touch.
 */
export const dashboardHtml = ({
  cspSource,
  script,
  style,
  nonce,
  title,
  sweepDir,
}: PageResources): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource}; font-src ${cspSource}; img-src ${cspSource}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<main id="dashboard" data-sweep="${escapeText(sweepDir)}" aria-label="Headway dashboard"></main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeText = (text: string): string => text.replace(/[&<>"]/g, (sign) => entities[sign] ?? '')
