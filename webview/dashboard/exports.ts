import type { DashboardRequest } from '../../src/core/protocol/dashboard.ts'
import type { Exporter } from '../ui/exporter.ts'

/** Files go through the host, which asks where; pictures to the clipboard go from here. */
export const makeExporter = (send: (request: DashboardRequest) => void): Exporter => ({
  savePng: (name, content) => send({ type: 'save', name, kind: 'png', content }),
  saveCsv: (name, content) => send({ type: 'save', name, kind: 'csv', content }),
  copyText: (text) => send({ type: 'copy', text }),
  copyPng: (base64) => {
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
    const item = new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })
    // Where the window may not write pictures to the clipboard, a file is the way on.
    navigator.clipboard.write([item]).catch(() => {
      send({ type: 'save', name: 'chart', kind: 'png', content: base64 })
    })
  },
})
