/** What to load in the extension host, and the test bundle to run there. */
export interface Development {
  readonly extension: string
  readonly tests: string
  readonly environment?: Readonly<Record<string, string>>
}

export interface BrowserVscode {
  readonly port: number
  readonly pid: number
  /** VS Code's own version. */
  readonly version: string
  readonly stateDir: string
  url(folder: string, development?: Development): string
  stop(): Promise<void>
}

export interface BrowserVscodeOptions {
  /** A folder (linked), a `.vsix` (installed), or what `installOnce` made of one (copied). */
  readonly extension?: string
  /** Kept at the end; left out, a temporary one that is not. */
  readonly stateDir?: string
  readonly env?: Readonly<Record<string, string>>
  readonly settings?: Readonly<Record<string, unknown>>
  /** Lets the URL name extension and tests under development; hides notification toasts. */
  readonly smokeTest?: boolean
  readonly trust?: boolean
  readonly port?: number
  readonly report?: (line: string) => void
}

export const freePort: () => Promise<number>
export const startBrowserVscode: (options?: BrowserVscodeOptions) => Promise<BrowserVscode>

export interface Installed {
  readonly extensions: string
  remove(): void
}
export const installOnce: (vsix: string) => Promise<Installed>
