type Rgb = readonly [number, number, number]

const parsed = new Map<string, Rgb>()

/** Themes give colours as hex or rgb(): the browser's own parser reads both. */
const rgbOf = (color: string): Rgb => {
  const known = parsed.get(color)
  if (known) return known
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  if (!context) return [128, 128, 128]
  context.fillStyle = color
  context.fillRect(0, 0, 1, 1)
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data
  const rgb: Rgb = [red, green, blue]
  parsed.set(color, rgb)
  return rgb
}

export const withAlpha = (color: string, alpha: number): string =>
  `rgba(${rgbOf(color).join(', ')}, ${alpha})`

/** Viridis (van der Walt and Smith 2015), its dark two thirds: even steps, also for colour-blind eyes. */
const stops: readonly Rgb[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 144, 141],
  [93, 201, 99],
]

/** The heat of a share of one, as `rgb(…)`, and black or white: what is read better on it. */
export const heatColor = (share: number): { readonly fill: string; readonly text: string } => {
  const at = Math.max(0, Math.min(0.9999, share)) * (stops.length - 1)
  const low = stops[Math.floor(at)] ?? [0, 0, 0]
  const high = stops[Math.ceil(at)] ?? low
  const mixed = low.map((value, channel) =>
    Math.round(value + ((high[channel] ?? value) - value) * (at % 1)),
  )
  const [red = 0, green = 0, blue = 0] = mixed
  const fill: Rgb = [red, green, blue]
  return { fill: `rgb(${fill.join(', ')})`, text: luminance(fill) > 0.18 ? '#000' : '#fff' }
}

/** Relative luminance as WCAG 2 defines it. */
const luminance = (rgb: Rgb): number => {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const ofHex = (color: string): Rgb => {
  const number = Number.parseInt(color.slice(1), 16)
  return [number >> 16, (number >> 8) & 255, number & 255]
}

/** Of two colours as `#rrggbb`, from 1 (the same) to 21 (black and white). */
export const contrast = (one: string, other: string): number => {
  const [low = 0, high = 0] = [one, other]
    .map((color) => luminance(ofHex(color)))
    .sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}
