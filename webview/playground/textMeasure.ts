/** Width of a text in pixels, as the drawing's font has it. */
export type TextMeasure = (text: string) => number

export const textMeasure = (): TextMeasure => {
  const context = document.createElement('canvas').getContext('2d')
  const family = getComputedStyle(document.body).fontFamily
  if (context) context.font = `12px ${family}`
  return (text) => context?.measureText(text).width ?? 7 * text.length
}
