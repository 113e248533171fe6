import http from 'node:http'
import type { AddressInfo } from 'node:net'

interface Text {
  readonly key: string
  readonly value: string
}
interface Metric {
  readonly key: string
  readonly value: number
  readonly timestamp: number
  readonly step: number
}
export interface KeptRun {
  readonly id: string
  readonly experiment: string
  readonly name: string
  status: string
  endTime: number | undefined
  deleted: boolean
  readonly params: Text[]
  readonly tags: Text[]
  readonly metrics: Metric[]
}
interface Body {
  readonly [key: string]: unknown
  readonly run_id?: string
}

/** What an answer is, or the status and code of a refusal. */
type Answer = object | { readonly status: number; readonly code: string }

/** A stand-in for an MLflow tracking server: the calls that Headway makes, with the server's limits. */
export class MlflowStandIn {
  readonly runs: KeptRun[] = []
  readonly experiments = new Map<string, string>()
  readonly authorizations: (string | undefined)[] = []
  /** Refuses the n-th call from now on, as a server that is overloaded. */
  failAfter = Number.POSITIVE_INFINITY
  private readonly server = http.createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    request.on('end', () => {
      this.authorizations.push(request.headers.authorization)
      const url = new URL(request.url ?? '', 'http://localhost')
      const answer = this.answer(url, text === '' ? {} : (JSON.parse(text) as Body))
      const refused = 'status' in answer && 'code' in answer
      response.writeHead(refused ? answer.status : 200, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify(refused ? { error_code: answer.code, message: 'refused' } : answer),
      )
    })
  })

  static async start(): Promise<MlflowStandIn> {
    const standIn = new MlflowStandIn()
    await new Promise<void>((resolve) => standIn.server.listen(0, '127.0.0.1', resolve))
    return standIn
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  stop(): Promise<void> {
    this.server.closeAllConnections()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }

  private answer({ pathname, searchParams }: URL, body: Body): Answer {
    if (--this.failAfter < 0) return { status: 503, code: 'TEMPORARILY_UNAVAILABLE' }
    const call = pathname.replace('/api/2.0/mlflow/', '')
    if (call === 'experiments/get-by-name') {
      const id = this.experiments.get(searchParams.get('experiment_name') ?? '')
      return id === undefined
        ? { status: 404, code: 'RESOURCE_DOES_NOT_EXIST' }
        : { experiment: { experiment_id: id, lifecycle_stage: 'active' } }
    }
    if (call === 'experiments/create') {
      const id = String(this.experiments.size + 1)
      this.experiments.set(body.name as string, id)
      return { experiment_id: id }
    }
    if (call === 'runs/search') return this.search(body)
    if (call === 'runs/create') return this.create(body)
    const run = this.runs.find(({ id }) => id === body.run_id)
    return run ? change(call, run, body) : { status: 404, code: 'RESOURCE_DOES_NOT_EXIST' }
  }

  private search({ filter, experiment_ids: ids }: Body): Answer {
    const [, key, value] = /^tags\.`([^`]+)` = '([^']*)'$/.exec(String(filter)) ?? []
    const found = this.runs.filter(
      ({ deleted, experiment, tags }) =>
        !deleted &&
        (ids as string[]).includes(experiment) &&
        tags.some((tag) => tag.key === key && tag.value === value),
    )
    // A real server leaves the key out where there are none.
    return found.length === 0
      ? {}
      : { runs: found.map(({ id, tags }) => ({ info: { run_id: id }, data: { tags } })) }
  }

  private create(body: Body): Answer {
    const run: KeptRun = {
      id: `run${this.runs.length + 1}`,
      experiment: body.experiment_id as string,
      name: body.run_name as string,
      status: 'RUNNING',
      endTime: undefined,
      deleted: false,
      params: [],
      tags: [...(body.tags as Text[])],
      metrics: [],
    }
    this.runs.push(run)
    return { run: { info: { run_id: run.id } } }
  }
}

const change = (call: string, run: KeptRun, body: Body): Answer => {
  const { params = [], metrics = [] } = body as { params?: Text[]; metrics?: Metric[] }
  switch (call) {
    case 'runs/log-batch':
      if (params.length > 100 || metrics.length > 1000) {
        return { status: 400, code: 'INVALID_PARAMETER_VALUE' }
      }
      run.params.push(...params)
      run.metrics.push(...metrics)
      return {}
    case 'runs/update':
      run.status = body.status as string
      run.endTime = body.end_time as number | undefined
      return {}
    case 'runs/set-tag':
      run.tags.push({ key: body.key as string, value: body.value as string })
      return {}
    case 'runs/delete':
      run.deleted = true
      return {}
    default:
      return { status: 404, code: 'ENDPOINT_NOT_FOUND' }
  }
}
