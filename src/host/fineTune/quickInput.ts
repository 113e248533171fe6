import * as vscode from 'vscode'
import { Disposables } from '../disposables.ts'

/** How a step ended: an answer, one step back, or the whole is called off. */
export type Answer<T> =
  | { readonly type: 'chosen'; readonly value: T }
  | { readonly type: 'back' }
  | { readonly type: 'cancelled' }

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value?: T
}

export interface StepFrame {
  readonly title: string
  readonly step: number
  readonly totalSteps: number
}

export const separator = (label: string): Choice<never> => ({
  label,
  kind: vscode.QuickPickItemKind.Separator,
})

export interface PickOptions<T> extends StepFrame {
  readonly placeholder: string
  readonly items: readonly Choice<T>[]
}

/** A numbered step with a list. */
export const pick = <T>(options: PickOptions<T>): Promise<Answer<T>> =>
  new Promise((resolve) => {
    const input = vscode.window.createQuickPick<Choice<T>>()
    const first = options.items.find((item) => item.value !== undefined)
    Object.assign(input, {
      title: options.title,
      step: options.step,
      totalSteps: options.totalSteps,
      placeholder: options.placeholder,
      items: options.items,
      activeItems: first ? [first] : [],
      buttons: options.step > 1 ? [vscode.QuickInputButtons.Back] : [],
      matchOnDescription: true,
      matchOnDetail: true,
      ignoreFocusOut: true,
    })
    const disposables = new Disposables()
    const end = (answer: Answer<T>) => {
      resolve(answer)
      disposables.dispose()
    }
    disposables.track(input)
    disposables.track(input.onDidTriggerButton(() => end({ type: 'back' })))
    disposables.track(input.onDidHide(() => end({ type: 'cancelled' })))
    disposables.track(
      input.onDidAccept(() => {
        const value = input.selectedItems[0]?.value
        if (value !== undefined) end({ type: 'chosen', value })
      }),
    )
    input.show()
  })

export interface AskOptions extends StepFrame {
  readonly prompt: string
  readonly value: string
  /** A sentence where the text will not do. */
  readonly validate: (text: string) => string | undefined
}

/** A numbered step with a text to type. */
export const ask = (options: AskOptions): Promise<Answer<string>> =>
  new Promise((resolve) => {
    const input = vscode.window.createInputBox()
    Object.assign(input, {
      title: options.title,
      step: options.step,
      totalSteps: options.totalSteps,
      prompt: options.prompt,
      value: options.value,
      buttons: [vscode.QuickInputButtons.Back],
      ignoreFocusOut: true,
    })
    const disposables = new Disposables()
    const end = (answer: Answer<string>) => {
      resolve(answer)
      disposables.dispose()
    }
    const check = () => {
      input.validationMessage = options.validate(input.value)
      return input.validationMessage === undefined
    }
    disposables.track(input)
    disposables.track(input.onDidTriggerButton(() => end({ type: 'back' })))
    disposables.track(input.onDidHide(() => end({ type: 'cancelled' })))
    disposables.track(input.onDidChangeValue(check))
    disposables.track(
      input.onDidAccept(() => {
        if (check()) end({ type: 'chosen', value: input.value.trim() })
      }),
    )
    input.show()
  })
