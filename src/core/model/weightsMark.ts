import fs from 'node:fs'
import path from 'node:path'

/** Tells a model folder's weights from others that were written over them; empty where there are none. */
export const weightsMark = (folder: string): string => {
  const file = path.join(folder, 'model.safetensors')
  const weights = fs.statSync(file, { throwIfNoEntry: false })
  return weights ? `${weights.mtimeMs} ${weights.size} ${weights.ino}` : ''
}
