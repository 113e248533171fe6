/**
 * The first key that stands twice in one object of a JSON text, or undefined. `JSON.parse` keeps
 * the last of them silently; another reader may keep the first. The text must be valid JSON.
 */
export const duplicateKey = (json: string): string | undefined => {
  const open: (Set<string> | null)[] = []
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gs
  for (let match = token.exec(json); match; match = token.exec(json)) {
    const text = match[0]
    if (text === '{') open.push(new Set())
    else if (text === '[') open.push(null)
    else if (text === '}' || text === ']') open.pop()
    else if (match[1] !== undefined) {
      const key = JSON.parse(text.slice(0, text.length - match[1].length)) as string
      const keys = open.at(-1)
      if (keys?.has(key)) return key
      keys?.add(key)
    }
  }
  return undefined
}
