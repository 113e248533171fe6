import { lowerBound, type Marker, type Series } from './series.ts'

/** Where values lie on a canvas. */
export interface Pixels {
  readonly x: (value: number) => number
  readonly y: (value: number) => number
  /** The values of x at the frame's sides: what lies beyond them is not drawn. */
  readonly from: number
  readonly to: number
}

/** First and last place of what is seen, with a point more on each side, to which its line leads. */
export const placesSeen = (
  x: readonly number[],
  from: number,
  to: number,
): readonly [number, number] => [
  Math.max(0, lowerBound(x, from) - 1),
  Math.min(x.length - 1, lowerBound(x, to)),
]

export const strokeLine = (
  context: CanvasRenderingContext2D,
  one: Series,
  pixels: Pixels,
  { width = one.width, color = one.color, radius = 4 } = {},
): void => {
  const [first, last] = placesSeen(one.x, pixels.from, pixels.to)
  context.strokeStyle = color
  context.fillStyle = color
  context.lineWidth = width
  context.lineJoin = 'round'
  context.setLineDash([...one.dash])
  context.beginPath()
  let drawing = false
  for (let at = first; at <= last; at++) {
    const y = pixels.y(one.y[at] ?? Number.NaN)
    // A loss that is no number leaves a gap.
    const there = Number.isFinite(y)
    if (there && drawing) context.lineTo(pixels.x(one.x[at] ?? 0), y)
    else if (there) context.moveTo(pixels.x(one.x[at] ?? 0), y)
    drawing = there
  }
  context.stroke()
  context.setLineDash([])
  if (!one.dots) return
  for (let at = first; at <= last; at++) {
    const y = pixels.y(one.y[at] ?? Number.NaN)
    if (Number.isFinite(y)) drawMarker(context, one.marker, pixels.x(one.x[at] ?? 0), y, radius)
  }
}

const corners: Partial<Record<Marker, readonly (readonly [number, number])[]>> = {
  triangle: [
    [0, -1],
    [0.87, 0.5],
    [-0.87, 0.5],
  ],
  rect: [
    [-0.8, -0.8],
    [0.8, -0.8],
    [0.8, 0.8],
    [-0.8, 0.8],
  ],
  rectRot: [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0],
  ],
}

/** Markers of lines through their middle: half of each. */
const strokes: Partial<Record<Marker, readonly (readonly [number, number])[]>> = {
  cross: [
    [1, 0],
    [0, 1],
  ],
  star: [
    [1, 0],
    [0, 1],
    [0.71, 0.71],
    [0.71, -0.71],
  ],
}

const drawMarker = (
  context: CanvasRenderingContext2D,
  marker: Marker,
  x: number,
  y: number,
  radius: number,
): void => {
  context.beginPath()
  const lines = strokes[marker]
  if (lines) {
    for (const [dx, dy] of lines) {
      context.moveTo(x - dx * radius, y - dy * radius)
      context.lineTo(x + dx * radius, y + dy * radius)
    }
    context.lineWidth = 2
    context.stroke()
    return
  }
  const shape = corners[marker]
  if (shape) for (const [dx, dy] of shape) context.lineTo(x + dx * radius, y + dy * radius)
  else context.arc(x, y, radius, 0, 2 * Math.PI)
  context.closePath()
  context.fill()
}
