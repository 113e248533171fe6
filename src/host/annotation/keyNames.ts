/** On a Mac Option writes signs (å for Option+A), so that Control goes with it there. */
const modifier = process.platform === 'darwin' ? '⌃⌥' : 'Alt+'

/** A key that package.json binds to `alt+KEY`, as its platform writes it. */
export const altKey = (key: string | number): string => `${modifier}${key}`
