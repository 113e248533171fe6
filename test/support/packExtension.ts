import { packageExtension } from '../../scripts/package.mjs'
import { installOnce } from '../../scripts/vscode/server.mjs'

/** The browser tier drives Headway as users get it: a file missing from the package fails here. */
export const setup = async (): Promise<() => void> => {
  const { extensions, remove } = await installOnce(await packageExtension({ production: false }))
  process.env.HEADWAY_TEST_EXTENSION = extensions
  return remove
}
