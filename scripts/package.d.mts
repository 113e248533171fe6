export interface PackageOptions {
  readonly production?: boolean
  readonly report?: (line: string) => void
}

export const packageExtension: (options?: PackageOptions) => Promise<string>
