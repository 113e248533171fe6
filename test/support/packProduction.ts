import { packageExtension } from '../../scripts/package.mjs'

/** Figures are those of what is shipped. */
export const setup = async (): Promise<void> => {
  process.env.HEADWAY_TEST_EXTENSION = await packageExtension()
}
