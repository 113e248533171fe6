import path from 'node:path'

/** Whether a path lies in a folder, or is it; links are not followed. A name may begin with two dots. */
export const isInside = (file: string, folder: string): boolean => {
  const way = path.relative(folder, file)
  return way.split(path.sep)[0] !== '..' && !path.isAbsolute(way)
}
