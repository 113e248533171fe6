import { type MlflowRun, metricBatches, mlflowRun, runTag } from '../../core/export/mlflow.ts'
import type { FoundRun } from '../findRun.ts'
import { MlflowServer } from './mlflowServer.ts'
import { scalarsOf } from './scalars.ts'

/** On an MLflow run that came over whole: the attempt and state that it shows. */
const exportedTag = 'headway.exported'

/**
 * Sends runs to an MLflow server, with parameters, curves and tags. One that is there already as it is
 * now is left alone; one that is there otherwise (an export that was interrupted, a run that has gone
 * on) is deleted and sent anew.
 * @param experiment its name; the sweep's where it is left out
 * @returns the runs' pages
 * @throws InputError where the server does not answer or refuses
 */
export const exportToMlflow = async (
  runs: readonly FoundRun[],
  address: string,
  experiment: string | undefined,
): Promise<string[]> => {
  const server = new MlflowServer(address)
  const pages: string[] = []
  for (const { dir, record } of runs) {
    const experimentId = await server.experiment(experiment ?? record.sweep)
    const run = mlflowRun(record, scalarsOf(dir))
    const id = await sendRun(server, experimentId, run, {
      id: record.id,
      exported: `attempt ${record.attempt} ${record.state}`,
    })
    pages.push(`${server.url}/#/experiments/${experimentId}/runs/${id}`)
  }
  return pages
}

/** @param as the run's own id, and what it is exported as */
const sendRun = async (
  server: MlflowServer,
  experimentId: string,
  run: MlflowRun,
  as: { readonly id: string; readonly exported: string },
): Promise<string> => {
  for (const there of await earlierExports(server, experimentId, as.id)) {
    if (there.exported === as.exported) return there.id
    await server.post('runs/delete', { run_id: there.id })
  }
  const created = (await server.post('runs/create', {
    experiment_id: experimentId,
    run_name: run.name,
    start_time: run.startTime,
    tags: run.tags,
  })) as { run: { info: { run_id: string } } }
  const run_id = created.run.info.run_id
  await server.post('runs/log-batch', { run_id, params: run.params })
  for (const metrics of metricBatches(run.metrics)) {
    await server.post('runs/log-batch', { run_id, metrics })
  }
  await server.post('runs/update', {
    ...{ run_id, status: run.status },
    ...(run.endTime === undefined ? {} : { end_time: run.endTime }),
  })
  await server.post('runs/set-tag', { run_id, key: exportedTag, value: as.exported })
  return run_id
}

interface EarlierExport {
  readonly id: string
  /** Undefined where it did not come over whole. */
  readonly exported: string | undefined
}

const earlierExports = async (
  server: MlflowServer,
  experimentId: string,
  run: string,
): Promise<EarlierExport[]> => {
  const { runs = [] } = (await server.post('runs/search', {
    experiment_ids: [experimentId],
    filter: `tags.\`${runTag}\` = '${run}'`,
    run_view_type: 'ACTIVE_ONLY',
    max_results: 100,
  })) as { runs?: FoundMlflowRun[] }
  return runs.map(({ info, data }) => ({
    id: info.run_id,
    exported: data.tags?.find(({ key }) => key === exportedTag)?.value,
  }))
}

interface FoundMlflowRun {
  readonly info: { readonly run_id: string }
  readonly data: { readonly tags?: readonly { readonly key: string; readonly value: string }[] }
}
