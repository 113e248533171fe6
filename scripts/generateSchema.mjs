// Writes schema/experiment.schema.json, which VS Code completes and checks *.headway.json with.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const bundled = await build({
  entryPoints: [path.join(root, 'src/core/experiment/schemaFile.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
})
const source = `data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].contents).toString('base64')}`
const { experimentSchemaFile } = await import(source)
fs.mkdirSync(path.join(root, 'schema'), { recursive: true })
fs.writeFileSync(path.join(root, 'schema/experiment.schema.json'), experimentSchemaFile())
