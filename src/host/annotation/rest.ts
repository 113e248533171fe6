/** Between two pieces of long work the editor gets its turn. */
export const rest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
