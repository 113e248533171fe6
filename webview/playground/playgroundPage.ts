import type { PlaygroundMessage, PlaygroundRequest } from '../../src/core/protocol/playground.ts'
import { button, progressRing } from '../ui/controls.ts'
import { element, setHidden, setText } from '../ui/dom.ts'
import { readTheme } from '../ui/theme.ts'
import { DrawingView } from './drawingView.ts'
import { goesAlong, TextFields } from './textFields.ts'
import { cutSentence, outputSentence } from './words.ts'

/** After the last key: a trace takes longer than a letter does. */
const typingMs = 350

type Model = Extract<PlaygroundMessage, { type: 'model' }>

/** A text, and its way through a fine-tuned model. */
export class PlaygroundPage {
  readonly root: HTMLElement
  private readonly heading = element('h1', {}, 'Playground')
  private readonly about = element('p', { class: 'meta', testId: 'model' }, 'Loading the model…')
  private readonly ring = progressRing()
  private readonly result = element('p', { class: 'result', role: 'status', testId: 'result' })
  private readonly cut = element('p', { class: 'muted', testId: 'cut' })
  private readonly error = element('p', { class: 'error', role: 'alert', testId: 'error' })
  private readonly fields = new TextFields(() => this.typed())
  private readonly view = new DrawingView()
  private model: Model | undefined
  private asked = 0
  private timer: number | undefined

  constructor(private readonly send: (request: PlaygroundRequest) => void) {
    const other = button({
      label: 'Other Run…',
      testId: 'choose',
      onClick: () => send({ type: 'choose' }),
    })
    this.root = element(
      'div',
      { class: 'playground' },
      element('header', {}, element('div', {}, this.heading, this.about), other),
      this.fields.root,
      element('div', { class: 'results' }, this.ring, this.result),
      this.error,
      this.cut,
      this.view.root,
    )
    for (const part of [this.error, this.cut]) setHidden(part, true)
    this.readTheme()
  }

  receive(message: PlaygroundMessage): void {
    switch (message.type) {
      case 'loading':
        this.model = undefined
        this.asked++
        this.settle('')
        this.view.hide()
        setText(this.result, '')
        setText(this.about, `Loading ${message.name}…`)
        setHidden(this.ring, false)
        return
      case 'model':
        this.introduce(message)
        return
      case 'traced': {
        if (message.request !== this.asked) return
        const { trace } = message
        this.settle('')
        setText(this.result, outputSentence(trace.output))
        const cut = cutSentence(trace.cut, trace.pieces.length)
        setText(this.cut, cut)
        setHidden(this.cut, cut === '')
        this.view.show(trace)
        return
      }
      case 'failed':
        if (message.request === null) setText(this.about, '')
        else if (message.request !== this.asked) return
        this.settle(message.error)
        return
      default:
        message satisfies never
    }
  }

  /** The chart colours, which are told apart by everybody; VS Code's own are pale in some themes. */
  readTheme(): void {
    const [blue, orange, , green] = readTheme().series
    const colors = { blue, orange, green }
    for (const [name, color] of Object.entries(colors)) {
      if (color) this.root.style.setProperty(`--${name}`, color)
    }
    this.view.redraw()
  }

  private introduce(model: Model): void {
    clearTimeout(this.timer)
    this.model = model
    setText(this.about, [model.name, model.description].filter(Boolean).join(' · '))
    // What was typed goes along to another model that reads as many texts.
    const { task, texts } = this.fields
    const fits = task && goesAlong(task, model.task, texts)
    this.fields.use(model.task, fits ? texts : model.texts)
    // Where somebody writes elsewhere meanwhile, their keys are not taken from them.
    if (document.hasFocus() && document.activeElement === document.body) this.fields.focus()
    this.ask()
  }

  private typed(): void {
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => this.ask(), typingMs)
  }

  private ask(): void {
    const { model } = this
    if (!model) return
    const { texts } = this.fields
    this.asked++
    setHidden(this.ring, false)
    this.send({ type: 'trace', request: this.asked, folder: model.folder, texts })
  }

  private settle(error: string): void {
    setHidden(this.ring, true)
    setText(this.error, error)
    setHidden(this.error, error === '')
    setHidden(this.cut, true)
    if (error === '') return
    setText(this.result, '')
    this.view.hide()
  }
}
