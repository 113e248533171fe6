import { spawn } from 'node:child_process'

/**
 * Runs a program to its end and returns what it printed; where it fails, the error carries the last
 * lines of that.
 */
export const command = (file, args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output)
      const last = output.trim().split('\n').slice(-15).join('\n')
      reject(new Error(`${file} ${args.join(' ')} ended with ${signal ?? code}:\n${last}`))
    })
  })
