import { type Static, Type } from 'typebox'

/** Longer inputs are cut for the drawing: nobody reads more, and attention grows with the square. */
export const mostTracedPieces = 128

export const LabelShareSchema = Type.Object({
  label: Type.String(),
  probability: Type.Number(),
})
export type LabelShare = Static<typeof LabelShareSchema>

/** What a head says of one text, with its reasons' places among the pieces. */
export const TraceOutputSchema = Type.Union([
  Type.Object({
    kind: Type.Literal('classes'),
    /** The most probable, best first. */
    shares: Type.Array(LabelShareSchema),
    /** How many classes there are. */
    classes: Type.Integer(),
  }),
  Type.Object({ kind: Type.Literal('score'), score: Type.Number() }),
  Type.Object({
    kind: Type.Literal('tags'),
    /** Entities, in tags of IOB2 or the like; else a class for each word. */
    spans: Type.Boolean(),
    /** Each word that has a piece, with its first one: where its tag is read off. */
    words: Type.Array(
      Type.Object({
        piece: Type.Integer(),
        text: Type.String(),
        /** UTF-16 units in the text. */
        start: Type.Integer(),
        end: Type.Integer(),
        shares: Type.Array(LabelShareSchema),
      }),
    ),
  }),
  Type.Object({
    kind: Type.Literal('answer'),
    /** Of each piece, as the answer's first and as its last; 0 outside of [CLS] and the context. */
    start: Type.Array(Type.Number()),
    end: Type.Array(Type.Number()),
    /** Its text, and its first and last piece; an empty text with −1 stands for no answer. */
    text: Type.String(),
    first: Type.Integer(),
    last: Type.Integer(),
    probability: Type.Number(),
  }),
])
export type TraceOutput = Static<typeof TraceOutputSchema>

/** The way of one text through BERT and its head. */
export const TraceSchema = Type.Object({
  /** All that BERT reads, [CLS] and [SEP] among them; `segment` 1 is the second text. */
  pieces: Type.Array(
    Type.Object({ text: Type.String(), id: Type.Integer(), segment: Type.Integer() }),
  ),
  /** Pieces of the texts that were left out. */
  cut: Type.Integer(),
  layers: Type.Integer(),
  /** Of each layer. */
  heads: Type.Integer(),
  /** Base64 of bytes [layer, head, to, from]: how much piece `to` takes from `from`, in 255ths. */
  attention: Type.String(),
  output: TraceOutputSchema,
})
export type Trace = Static<typeof TraceSchema>
