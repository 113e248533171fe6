const focusable = 'vscode-button, button, input, select, summary, [tabindex]'

/** By what an element is known again that was made anew. */
const keyOf = ({ dataset }: HTMLElement): string => dataset.key ?? dataset.testid ?? ''

const focusedIn = (root: HTMLElement): HTMLElement | undefined => {
  const { activeElement } = document
  return activeElement instanceof HTMLElement && root.contains(activeElement)
    ? activeElement
    : undefined
}

/** As `replaceChildren`; the heir of what had the focus, by `data-key` or test id, has it again. */
export const replaceKeepingFocus = (root: HTMLElement, ...children: readonly Node[]): void => {
  const focused = focusedIn(root)
  root.replaceChildren(...children)
  const key = focused ? keyOf(focused) : ''
  if (key === '') return
  for (const node of root.querySelectorAll<HTMLElement>(focusable)) {
    if (keyOf(node) !== key) continue
    node.focus({ preventScroll: true })
    return
  }
}

/**
 * Updates what has buttons that come and go. Where the focused one went, the focus goes to `heir`,
 * not to another button: a second Enter must not do what nobody asked for.
 */
export const keepFocus = (
  roots: readonly HTMLElement[],
  update: () => void,
  heir: () => void,
): void => {
  const had = roots.some((root) => focusedIn(root) !== undefined)
  update()
  if (!had) return
  const now = roots.flatMap((root) => focusedIn(root) ?? [])
  if (!now.some((node) => node.checkVisibility() && !node.hasAttribute('disabled'))) heir()
}
