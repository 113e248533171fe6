/** The colours that charts need as values; everything else takes VS Code's variables in CSS. */
export interface ThemeColors {
  readonly foreground: string
  readonly muted: string
  readonly grid: string
  readonly background: string
  readonly series: readonly string[]
}

const seriesVariables = ['blue', 'yellow', 'purple', 'green', 'red', 'orange']

export const readTheme = (): ThemeColors => {
  const style = getComputedStyle(document.body)
  const color = (...names: readonly string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim()
      if (value) return value
    }
    return style.color
  }
  return {
    foreground: color('foreground', 'editor-foreground'),
    muted: color('descriptionForeground', 'foreground'),
    grid: color('charts-lines', 'editorWidget-border', 'panel-border', 'contrastBorder'),
    background: color('editorWidget-background', 'editor-background'),
    series: seriesVariables.map((name) => color(`charts-${name}`, 'foreground')),
  }
}

/** VS Code changes the body's class and the root's style when the theme changes. */
export const onThemeChange = (listener: () => void): void => {
  const observer = new MutationObserver(listener)
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] })
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] })
}
