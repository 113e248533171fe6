type Child = Node | string

interface Attributes {
  readonly class?: string
  readonly testId?: string
  readonly [attribute: string]: string | undefined
}

/** Makes an element. Children that are strings become text, never markup. */
export const element = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] => {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) node.setAttribute(name === 'testId' ? 'data-testid' : name, value)
  }
  node.append(...children)
  return node
}

/** Sets text only where it changed: a screen reader or a selection is not disturbed for nothing. */
export const setText = (node: Node, text: string): void => {
  if (node.textContent !== text) node.textContent = text
}

export const setAttribute = (node: Element, name: string, value: string): void => {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value)
}

export const setHidden = (node: HTMLElement, hidden: boolean): void => {
  if (node.hidden !== hidden) node.hidden = hidden
}
