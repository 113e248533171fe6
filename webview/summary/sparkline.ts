const namespace = 'http://www.w3.org/2000/svg'
const width = 300
const height = 40
const edge = 2

/** A line without axes, as wide as its place. */
export const sparkline = (values: readonly number[], label: string): SVGSVGElement => {
  const svg = document.createElementNS(namespace, 'svg')
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`)
  svg.setAttribute('preserveAspectRatio', 'none')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', label)
  const path = document.createElementNS(namespace, 'path')
  path.setAttribute('d', pathOf(values))
  path.setAttribute('vector-effect', 'non-scaling-stroke')
  svg.append(path)
  return svg
}

const pathOf = (values: readonly number[]): string => {
  const finite = values.filter(Number.isFinite)
  if (finite.length < 2) return ''
  const low = Math.min(...finite)
  const span = Math.max(Math.max(...finite) - low, 1e-9)
  const points = finite.map((value, at) => {
    const x = (at / (finite.length - 1)) * width
    const y = edge + (1 - (value - low) / span) * (height - 2 * edge)
    return `${x.toFixed(1)} ${y.toFixed(1)}`
  })
  return `M${points.join('L')}`
}
