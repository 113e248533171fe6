import { InputError } from '../errors.ts'

/** A data set of the Hugging Face Hub, as an experiment names it. */
export interface HubReference {
  /** `owner/name`, or `name` of the oldest ones. */
  readonly dataset: string
  /** Branch, tag or commit; left out, what is newest when it is fetched first. */
  readonly revision?: string
  /** A subset, such as `mrpc` of GLUE. */
  readonly config?: string
  /** Left out, the one that the part's name stands for. */
  readonly split?: string
}

const prefix = 'hub:'
const form =
  /^hub:([A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9][\w.-]*)?)(?:@([\w.-]+))?(?:\/([\w.+-]+))?(?::([\w.-]+))?$/

/**
 * Reads `hub:owner/name[@revision][/config][:split]`; undefined for what is the path of a file.
 * @throws InputError where it begins with `hub:` and goes on otherwise
 */
export const parseHubReference = (text: string): HubReference | undefined => {
  if (!text.startsWith(prefix)) return undefined
  const [, dataset, revision, config, split] = form.exec(text) ?? []
  if (dataset === undefined || text.includes('..')) {
    throw new InputError(
      `${JSON.stringify(text.slice(0, 100))} is no data set of the Hub; write hub:owner/name, hub:owner/name/config, and :split after it, as hub:nyu-mll/glue/mrpc:train.`,
    )
  }
  return {
    dataset,
    ...(revision === undefined ? {} : { revision }),
    ...(config === undefined ? {} : { config }),
    ...(split === undefined ? {} : { split }),
  }
}
