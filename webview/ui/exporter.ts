/** Where pictures and tables go: the clipboard, or a file that the host asks for and writes. */
export interface Exporter {
  savePng(name: string, base64: string): void
  copyPng(base64: string): void
  saveCsv(name: string, text: string): void
  copyText(text: string): void
}

/** `Dev accuracy` → `dev-accuracy`. */
export const fileName = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '') || 'chart'
