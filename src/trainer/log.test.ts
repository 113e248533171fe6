import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

// Every write to this device fails as on a full disk.
it.runIf(process.platform === 'linux')('a log on a full disk ends no trainer', async () => {
  const log = JSON.stringify(path.join(import.meta.dirname, 'log.ts'))
  const { outputFiles } = await build({
    stdin: {
      contents: `import { complain, surviveFullLog } from ${log}
        surviveFullLog()
        process.stderr.write('a line')
        complain('a fault')(new Error('no space'))
        setTimeout(() => console.log('alive'), 50)`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    platform: 'node',
    write: false,
  })
  const script = outputFiles[0]!.text
  const program = ['-c', 'exec "$0" -e "$1" 2>/dev/full', process.execPath, script]
  expect(spawnSync('sh', program, { encoding: 'utf8' }).stdout).toBe('alive\n')
})
