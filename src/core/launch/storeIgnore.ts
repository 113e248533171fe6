import fs from 'node:fs'
import path from 'node:path'
import { writeFileAtomic } from '../files/atomicFile.ts'

const text = `# Written by Headway: weights and what belongs to running processes stay out of git.
# Results (sweep.json, run.json, events.jsonl, predictions.jsonl, annotations) are worth committing.
*.safetensors
checkpoint/
trash/
heartbeat
slurm/
trainer.json
trainer-*.json
*.log
*.sock
*.tmp
*.lock/
`

/** Puts a `.gitignore` into a store's `.headway/` where there is none; a user's own is left alone. */
export const writeStoreIgnore = (store: string): void => {
  const file = path.join(store, '.headway', '.gitignore')
  if (!fs.existsSync(file)) writeFileAtomic(file, text)
}
