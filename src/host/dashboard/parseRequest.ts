import { Value } from 'typebox/value'
import { type DashboardRequest, DashboardRequestSchema } from '../../core/protocol/dashboard.ts'

/** What a webview sent, if it is one of the requests that there are. */
export const parseDashboardRequest = (message: unknown): DashboardRequest | undefined =>
  Value.Check(DashboardRequestSchema, message) ? message : undefined
