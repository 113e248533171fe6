import { packageExtension } from '../../scripts/package.mjs'

/** The browser tier drives Headway as users get it: a file missing from the package fails here. */
export const setup = async (): Promise<void> => {
  process.env.HEADWAY_TEST_VSIX = await packageExtension({ production: false })
}
