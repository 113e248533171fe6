import fs from 'node:fs'
import path from 'node:path'

/**
 * Makes an extension known to a server without copying it: a link in its extensions folder, and the
 * entry in `extensions.json` that VS Code reads in place of looking at the folders.
 */
export const linkExtension = (extensionsFolder, extension) => {
  const manifest = JSON.parse(fs.readFileSync(path.join(extension, 'package.json'), 'utf8'))
  const id = `${manifest.publisher}.${manifest.name}`
  const name = `${id}-${manifest.version}`
  const link = path.join(extensionsFolder, name)
  fs.rmSync(link, { force: true })
  fs.symlinkSync(path.resolve(extension), link, 'dir')
  const entry = {
    identifier: { id },
    version: manifest.version,
    location: { $mid: 1, path: link, scheme: 'file' },
    relativeLocation: name,
    metadata: { installedTimestamp: Date.now(), source: 'vsix' },
  }
  fs.writeFileSync(path.join(extensionsFolder, 'extensions.json'), JSON.stringify([entry]))
}
