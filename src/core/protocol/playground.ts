import { type Static, Type } from 'typebox'
import type { Trace } from './trace.ts'

/** Longer ones are for a file; of these the first pieces are drawn. */
export const longestPlayText = 20_000

/** What a model reads; `either`: one text or two, of a model from elsewhere that does not say. */
export type PlaygroundTask = 'sentence' | 'pair' | 'either' | 'token' | 'qa'

/** One text, or two: a pair, or question and context. */
export const PlayTextsSchema = Type.Object({
  text: Type.String({ maxLength: longestPlayText }),
  textPair: Type.Optional(Type.String({ maxLength: longestPlayText })),
})
export type PlayTexts = Static<typeof PlayTextsSchema>

/** Host → playground. */
export type PlaygroundMessage =
  /** Another model is on its way; what the page shows is the one before's. */
  | { readonly type: 'loading'; readonly name: string }
  | {
      readonly type: 'model'
      /** Hugging Face folder, by which a reloaded window finds it again. */
      readonly folder: string
      readonly name: string
      readonly description: string
      readonly task: PlaygroundTask
      /** What to begin with, where nothing typed for the model before goes along. */
      readonly texts: PlayTexts
    }
  | { readonly type: 'traced'; readonly request: number; readonly trace: Trace }
  /** `request` is null where the model itself is the trouble. */
  | { readonly type: 'failed'; readonly request: number | null; readonly error: string }

/** Playground → host. */
export const PlaygroundRequestSchema = Type.Union([
  Type.Object({ type: Type.Literal('ready') }),
  /** The newest one counts: what waits behind it is left out. */
  Type.Object({
    type: Type.Literal('trace'),
    request: Type.Integer(),
    /** Of the model that the page was told of; another's requests are not heard. */
    folder: Type.String(),
    texts: PlayTextsSchema,
  }),
  /** Has the user choose another run. */
  Type.Object({ type: Type.Literal('choose') }),
])
export type PlaygroundRequest = Static<typeof PlaygroundRequestSchema>
