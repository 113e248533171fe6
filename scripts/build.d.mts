import type { BuildOptions } from 'esbuild'

export const programs: readonly { readonly entry: string; readonly external?: string[] }[]
export const programOptions: (program: object, production: boolean) => BuildOptions
