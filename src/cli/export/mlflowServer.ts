import { InputError, messageOf } from '../../core/errors.ts'

/** How long an answer is waited for, ms. */
const patience = 30_000

/** What the server says where a call went wrong. */
interface Refusal {
  readonly error_code?: unknown
  readonly message?: unknown
}

/** An answer other than 2xx. */
class MlflowRefusal extends InputError {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message)
  }
}

/**
 * An MLflow tracking server's REST API 2.0 (mlflow.org/docs/latest/rest-api.html). Signs in with
 * `MLFLOW_TRACKING_TOKEN`, or `MLFLOW_TRACKING_USERNAME` and `_PASSWORD`, as MLflow's own client.
 */
export class MlflowServer {
  readonly url: string
  private readonly headers: Record<string, string>

  /** @throws InputError where this is no address of a server */
  constructor(address: string, environment: NodeJS.ProcessEnv = process.env) {
    const url = URL.canParse(address) ? new URL(address) : undefined
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new InputError(
        `headway export: ${JSON.stringify(address.slice(0, 100))} is no MLflow server; give its address as --to http://127.0.0.1:5000.`,
      )
    }
    const user = decodeURIComponent(url.username) || environment.MLFLOW_TRACKING_USERNAME
    const password = decodeURIComponent(url.password) || environment.MLFLOW_TRACKING_PASSWORD
    url.username = ''
    url.password = ''
    this.url = `${url.origin}${url.pathname}`.replace(/\/+$/, '')
    this.headers = authorization(environment.MLFLOW_TRACKING_TOKEN, user, password ?? '')
  }

  /** The experiment of this name, made where there is none. @returns its id */
  async experiment(name: string): Promise<string> {
    const query = `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`
    try {
      const { experiment } = (await this.call('GET', query)) as { experiment: Experiment }
      if (experiment.lifecycle_stage !== 'deleted') return experiment.experiment_id
    } catch (error) {
      if (!(error instanceof MlflowRefusal && error.code === 'RESOURCE_DOES_NOT_EXIST')) throw error
      const made = await this.post('experiments/create', { name })
      return (made as { experiment_id: string }).experiment_id
    }
    throw new InputError(
      `The experiment ${JSON.stringify(name)} was deleted on ${this.url}: restore it there, or name another with --experiment.`,
    )
  }

  post(path: string, body: object): Promise<unknown> {
    return this.call('POST', path, body)
  }

  private async call(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const response = await this.fetch(`${this.url}/api/2.0/mlflow/${path}`, {
      method,
      headers: { ...this.headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    const answer = parseObject(text)
    if (response.ok && answer) return answer
    const { error_code: code, message } = (answer ?? {}) as Refusal
    const said = typeof message === 'string' ? message : text
    const why = `${response.status}${said === '' ? '' : `, ${JSON.stringify(said.slice(0, 200))}`}`
    throw new MlflowRefusal(
      `${this.url} refused ${path.split('?')[0]} (${why}); check that it is an MLflow server and who you are there.`,
      typeof code === 'string' ? code : '',
    )
  }

  private async fetch(url: string, options: RequestInit): Promise<Response> {
    try {
      return await fetch(url, { ...options, signal: AbortSignal.timeout(patience) })
    } catch (error) {
      const cause = error instanceof Error && error.cause ? error.cause : error
      throw new InputError(
        `The MLflow server ${this.url} does not answer (${messageOf(cause)}); start it, or give its address with --to.`,
      )
    }
  }
}

interface Experiment {
  readonly experiment_id: string
  readonly lifecycle_stage?: string
}

const authorization = (
  token: string | undefined,
  user: string | undefined,
  password: string,
): Record<string, string> => {
  if (user) {
    const credentials = Buffer.from(`${user}:${password}`).toString('base64')
    return { authorization: `Basic ${credentials}` }
  }
  return token ? { authorization: `Bearer ${token}` } : {}
}

const parseObject = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
