import { Annotator } from './annotation/annotator.ts'

/** A bundle of its own, `dist/annotationParts.js`: loaded when somebody annotates or predicts. */
export const annotationParts = { Annotator }
