const end = '<!-- /measured -->'

/**
 * The page with what is between its markers replaced; at its end where it has none yet.
 *
 * @param program the one of test/bench that writes there
 */
export const withReport = (page: string, report: string, program = 'compare.mjs'): string => {
  const start = `<!-- measured: written by test/bench/${program} -->`
  const block = `${start}\n${report.trim()}\n${end}`
  const from = page.indexOf(start)
  const to = page.indexOf(end, from)
  if (from < 0 || to < 0) return `${page.trimEnd()}\n\n${block}\n`
  return page.slice(0, from) + block + page.slice(to + end.length)
}
