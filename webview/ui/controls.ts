import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit'
import { element } from './dom.ts'

/**
 * The one place that knows the toolkit, which upstream has retired: whatever comes after it replaces
 * this file alone.
 */
export const registerControls = (): void => {
  provideVSCodeDesignSystem().register(vsCodeButton())
}

export interface ButtonOptions {
  readonly label: string
  /** `quiet`: without a frame, for what is seldom needed. */
  readonly kind?: 'primary' | 'secondary' | 'quiet'
  readonly testId?: string
  /** Of a sign that says too little by itself. */
  readonly name?: string
  readonly onClick: () => void
}

export const button = ({ label, kind = 'secondary', testId, name, onClick }: ButtonOptions) => {
  const node = document.createElement('vscode-button')
  node.setAttribute('appearance', kind === 'quiet' ? 'icon' : kind)
  if (testId) node.setAttribute('data-testid', testId)
  if (name) {
    node.setAttribute('aria-label', name)
    node.setAttribute('title', name)
  }
  node.textContent = label
  node.addEventListener('click', onClick)
  return node
}

export const setDisabled = (node: HTMLElement, disabled: boolean): void => {
  if (node.hasAttribute('disabled') !== disabled) node.toggleAttribute('disabled', disabled)
}

/**
 * Turns while one waits; the words beside it say for what. Not the toolkit's ring: its template
 * carries a style attribute, which the page's CSP refuses.
 */
export const progressRing = (): HTMLElement =>
  element('span', { class: 'ring', 'aria-hidden': 'true' })

export interface SliderOptions {
  readonly label: string
  readonly min: number
  readonly max: number
  readonly step: number
  readonly value: number
  readonly testId?: string
  readonly onInput: (value: number) => void
}

/** The toolkit has no slider: the browser's own, coloured by the theme. */
export const slider = (options: SliderOptions): HTMLElement => {
  const input = element('input', {
    type: 'range',
    min: String(options.min),
    max: String(options.max),
    step: String(options.step),
    'aria-label': options.label,
    ...(options.testId ? { testId: options.testId } : {}),
  })
  input.value = String(options.value)
  const shown = element('output', { class: 'slider-value' }, input.value)
  input.addEventListener('input', () => {
    shown.textContent = input.value
    options.onInput(Number(input.value))
  })
  return element('label', { class: 'slider' }, options.label, input, shown)
}

export interface SelectOptions {
  readonly label: string
  readonly choices: readonly { readonly value: string; readonly label: string }[]
  readonly value: string
  readonly testId?: string
  readonly onChange: (value: string) => void
}

/** The browser's own list: the toolkit's is drawn with style attributes. */
export const select = (options: SelectOptions): HTMLLabelElement => {
  const list = element('select', options.testId ? { testId: options.testId } : {})
  list.append(...options.choices.map(({ value, label }) => element('option', { value }, label)))
  list.value = options.value
  list.addEventListener('change', () => options.onChange(list.value))
  return element('label', { class: 'select' }, options.label, list)
}

export interface CheckOptions {
  readonly label: string
  readonly checked: boolean
  readonly testId?: string
  readonly onChange: (checked: boolean) => void
}

export const check = (options: CheckOptions): HTMLLabelElement => {
  const box = element('input', {
    type: 'checkbox',
    ...(options.testId ? { testId: options.testId } : {}),
  })
  box.checked = options.checked
  box.addEventListener('change', () => options.onChange(box.checked))
  return element('label', { class: 'check' }, box, options.label)
}
