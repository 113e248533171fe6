import type { annotationParts } from './annotationParts.ts'
import type { fineTuneParts } from './fineTuneParts.ts'
import type { runParts } from './runParts.ts'

/**
 * Activation reads and compiles one small file: what is heavy lies in bundles beside it
 * (scripts/build.mjs leaves these imports as they are).
 */
export const loadRunParts = async (): Promise<typeof runParts> =>
  (await import('./runParts.js')).runParts

export const loadFineTuneParts = async (): Promise<typeof fineTuneParts> =>
  (await import('./fineTuneParts.js')).fineTuneParts

export const loadAnnotationParts = async (): Promise<typeof annotationParts> =>
  (await import('./annotationParts.js')).annotationParts
