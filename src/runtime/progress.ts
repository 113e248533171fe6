/** How an installation goes on: what is being done and, where known, how far it is in bytes. */
export interface Progress {
  /** For a person: "Fetching tensorflow-cpu 2.21.0". The same text as long as the step lasts. */
  readonly step: string
  readonly bytes?: { readonly done: number; readonly total: number }
}

export type Report = (progress: Progress) => void

/** Bytes as a person reads them: "274 MB", "1.9 GB". */
export const formatBytes = (bytes: number): string => {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`
  return `${Math.ceil(bytes / 1e3)} kB`
}
