import fs from 'node:fs'
import path from 'node:path'
import { messageOf } from '../../core/errors.ts'

const fileOf = (folder: string): string => path.join(folder, '.headway', 'ignored-words.txt')

/** Words that a person never wants to be asked about, one a line in `.headway/ignored-words.txt`. */
export class IgnoredWords {
  private readonly words = new Set<string>()

  constructor(folders: readonly string[]) {
    for (const folder of folders) {
      const file = fileOf(folder)
      if (!fs.existsSync(file)) continue
      for (const line of fs.readFileSync(file, 'utf8').split(/\r?\n/)) {
        if (line.trim() !== '') this.words.add(line.trim())
      }
    }
  }

  has(text: string): boolean {
    return this.words.size > 0 && this.words.has(text.trim())
  }

  /** @returns a sentence where it could not be written; it is ignored in this window all the same */
  add(folder: string | undefined, text: string): string | undefined {
    const word = text.replaceAll(/\s+/g, ' ').trim()
    if (word === '' || this.words.has(word)) return undefined
    this.words.add(word)
    if (folder === undefined) return undefined
    try {
      fs.mkdirSync(path.dirname(fileOf(folder)), { recursive: true })
      fs.appendFileSync(fileOf(folder), `${word}\n`)
      return undefined
    } catch (error) {
      return `‘${word}’ is ignored in this window only: ${fileOf(folder)} could not be written (${messageOf(error)}).`
    }
  }
}
