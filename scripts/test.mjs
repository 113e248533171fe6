import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/**
 * `npm test [-- TIER … -t PATTERN]`: brings what is missing, runs the tiers one after the other, and
 * ends with one line of counts. A tier that crashes, hangs or runs nothing counts as a failure.
 */
const repository = path.resolve(import.meta.dirname, '..')
const local = (name) => path.join(repository, 'node_modules', name)
const minutes = (count) => count * 60_000

const tiers = {
  static: { run: runStatic, limit: minutes(5) },
  unit: { run: runVitest, limit: minutes(10) },
  engine: { run: runVitest, limit: minutes(40) },
  integration: { run: runIntegration, limit: minutes(10) },
  pages: { run: runVitest, limit: minutes(10) },
  browser: { run: runVitest, limit: minutes(30) },
}

const parseArguments = (args) => {
  const asked = []
  let pattern
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '-t') pattern = args[++i]
    else if (args[i] in tiers) asked.push(args[i])
    else {
      const names = Object.keys(tiers).join(', ')
      console.error(`npm test knows the tiers ${names} and -t PATTERN, not "${args[i]}".`)
      process.exit(2)
    }
  }
  return { names: asked.length > 0 ? asked : Object.keys(tiers), pattern }
}

const groups = new Set()
const killGroup = (pid) => {
  try {
    process.kill(-pid, 'SIGTERM')
    setTimeout(() => {
      try {
        process.kill(-pid, 'SIGKILL')
      } catch {
        // It ended when asked.
      }
    }, 5000).unref()
  } catch {
    // It is over already.
  }
}
process.on('exit', () => groups.forEach(killGroup))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))

/** Runs a script of Node's in a process group of its own, to its end or its limit. */
const node = (args, limit, env = {}) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: repository,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
      env: { ...process.env, ...env },
    })
    groups.add(child.pid)
    const timer = setTimeout(() => {
      console.error(`No end after ${limit / 60_000} minutes: stopped.`)
      killGroup(child.pid)
    }, limit)
    child.on('close', (code) => {
      clearTimeout(timer)
      killGroup(child.pid)
      groups.delete(child.pid)
      resolve(code ?? 1)
    })
  })

async function runStatic(_name, { limit }) {
  const checks = [
    ['types', [local('typescript/bin/tsc'), '--noEmit']],
    [
      'format and lint',
      [local('@biomejs/biome/bin/biome'), 'check', '--diagnostic-level=error', '.'],
    ],
  ]
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const [what, args] of checks) {
    const ok = (await node(args, limit)) === 0
    counts[ok ? 'passed' : 'failed']++
    console.log(`${ok ? '✓' : '✗'} ${what}`)
  }
  return counts
}

const countsOfVitest = (file) => {
  if (!fs.existsSync(file)) return { passed: 0, failed: 0, skipped: 0 }
  const report = JSON.parse(fs.readFileSync(file, 'utf8'))
  // A file that did not load, or whose preparation failed, has no failed test, only its own failure.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

async function runVitest(name, { limit, pattern, scratch }) {
  const file = path.join(scratch, `${name}.json`)
  const args = [local('vitest/vitest.mjs'), 'run', '--project', name, '--passWithNoTests']
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await node([...args, ...reporters, ...(pattern ? ['-t', pattern] : [])], limit)
  return crashCounted(countsOfVitest(file), code)
}

async function runIntegration(_name, { limit, pattern, scratch }) {
  const file = path.join(scratch, 'integration.json')
  const script = path.join(repository, 'scripts/vscode/integration.mjs')
  const code = await node([script, file, ...(pattern ? [pattern] : [])], limit)
  const counts = fs.existsSync(file)
    ? JSON.parse(fs.readFileSync(file, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 }
  return crashCounted(counts, code)
}

const crashCounted = (counts, code) =>
  code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts

/** Everything ran that should have: with a pattern, a tier may have nothing that matches. */
const emptyCounted = (counts, pattern) =>
  pattern === undefined && counts.passed + counts.failed === 0 ? { ...counts, failed: 1 } : counts

const line = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

const prepare = async (names) => {
  const { bootstrap } = await import('./bootstrap.mjs')
  await bootstrap()
  if (!names.some((name) => ['integration', 'pages', 'browser'].includes(name))) return
  const { findVscode } = await import('./vscode/install.mjs')
  const { findBrowser } = await import('./vscode/browser.mjs')
  const vscode = await findVscode(console.log)
  console.log(`VS Code: ${vscode.description}`)
  const browser = await findBrowser(console.log)
  console.log(`Browser: ${browser.file} (${browser.source})`)
}

const main = async () => {
  const { names, pattern } = parseArguments(process.argv.slice(2))
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-test-'))
  const sum = { passed: 0, failed: 0, skipped: 0 }
  const summary = []
  try {
    await prepare(names)
    for (const name of names) {
      console.log(`\n── ${name} ──`)
      const started = Date.now()
      const { run, limit } = tiers[name]
      const counts = emptyCounted(await run(name, { limit, pattern, scratch }), pattern)
      for (const key of Object.keys(sum)) sum[key] += counts[key]
      const seconds = Math.round((Date.now() - started) / 1000)
      summary.push(`${name.padEnd(12)} ${line(counts)} (${seconds} s)`)
    }
  } catch (error) {
    console.error(error)
    sum.failed++
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true })
  }
  console.log(`\n${summary.join('\n')}\n`)
  console.log(line(sum))
  process.exitCode = sum.failed > 0 ? 1 : 0
}

await main()
