import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandIds } from '../../src/host/commands/ids.ts'
import { repository } from '../support/sources.ts'

interface Manifest {
  readonly icon: string
  readonly extensionKind: readonly string[]
  readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: unknown } }
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string }[]
    readonly menus: Record<string, readonly { readonly command: string }[]>
    readonly jsonValidation: readonly { readonly url: string }[]
    readonly keybindings: readonly {
      readonly command: string
      readonly key: string
      readonly mac?: string
      readonly when: string
    }[]
    readonly views: Record<
      string,
      readonly { readonly id: string; readonly initialSize?: number }[]
    >
    readonly walkthroughs: readonly { readonly steps: readonly unknown[] }[]
    readonly viewsContainers: Record<string, readonly { readonly icon: string }[]>
  }
}

const text = fs.readFileSync(path.join(repository, 'package.json'), 'utf8')
const manifest = JSON.parse(text) as Manifest
const { contributes } = manifest
const declared = contributes.commands.map(({ command }) => command)

describe('package.json as an extension manifest', () => {
  it('declares the commands that the source knows, and no other', () => {
    expect([...declared].sort()).toEqual(Object.values(commandIds).sort())
    expect(new Set(contributes.commands.map(({ category }) => category))).toEqual(
      new Set(['Headway']),
    )
  })

  it('puts no unknown command into a menu', () => {
    const inMenus = Object.values(contributes.menus).flatMap((items) =>
      items.map(({ command }) => command),
    )
    expect(inMenus.filter((command) => !declared.includes(command))).toEqual([])
  })

  it('leads through the first fine-tune with commands and pictures that there are', () => {
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps)
    expect(steps.length).toBeGreaterThan(3)
    const asked = [...JSON.stringify(steps).matchAll(/(?:command|onCommand):(headway\.\w+)/g)]
    const unknown = asked.map(([, command = '']) => command).filter((it) => !declared.includes(it))
    expect(unknown).toEqual([])
    const shipped = fs.readFileSync(path.join(repository, '.vscodeignore'), 'utf8').split('\n')
    for (const file of JSON.stringify(steps).match(/(?<=")[\w./-]+\.(?:md|png)(?=")/g) ?? []) {
      expect(fs.existsSync(path.join(repository, file)), file).toBe(true)
      const folders = [`!${file.split('/')[0]}/**`, `!${path.posix.dirname(file)}/**`]
      expect(
        folders.filter((folder) => shipped.includes(folder)),
        file,
      ).not.toEqual([])
    }
  })

  it('gives every view a size: one without counts as twenty, and hides the heat maps', () => {
    const views = contributes.views.headway ?? []
    expect(views.length).toBeGreaterThan(3)
    expect(views.filter(({ initialSize }) => initialSize === undefined)).toEqual([])
  })

  it('binds no key that writes a character: on a Mac Option does', () => {
    const keys = contributes.keybindings.filter(
      ({ when }) => !when.includes('headway.reviewing &&'),
    )
    expect(keys.length).toBeGreaterThan(10)
    const writes = (key: string) => /^(shift\+)?(alt\+)?(shift\+)?[^+]$/.test(key)
    expect(keys.filter(({ key, mac }) => writes(mac ?? key)).map(({ command }) => command)).toEqual(
      [],
    )
  })

  it('runs where the files are, and in untrusted workspaces with limits', () => {
    expect(manifest.extensionKind).toEqual(['workspace'])
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited')
  })

  it('names files that are there', () => {
    const files = [
      manifest.icon,
      ...contributes.jsonValidation.map(({ url }) => url),
      ...Object.values(contributes.viewsContainers).flatMap((all) => all.map(({ icon }) => icon)),
    ]
    expect(files.filter((file) => !fs.existsSync(path.join(repository, file)))).toEqual([])
  })
})
