/** The colours that charts need as values; everything else takes VS Code's variables in CSS. */
export interface ThemeColors {
  readonly foreground: string
  readonly muted: string
  readonly grid: string
  readonly background: string
  readonly good: string
  /** Of one parameter's values, in order; told apart also by marker and dash. */
  readonly series: readonly string[]
}

/**
 * After Okabe and Ito (2008), "Color Universal Design", lightened or darkened until each has a
 * contrast of 3:1 to the theme's background. VS Code's own chart colours hold red beside green.
 */
export const palettes = {
  dark: ['#56a8f5', '#e5a93b', '#d38ad8', '#3fb68b', '#f0735a', '#a7c9e8'],
  light: ['#0067b8', '#a85c00', '#97399f', '#007a5a', '#c43a22', '#4d6478'],
  highContrast: ['#6cb6ff', '#ffc14d', '#ee9cf2', '#5fe0b0', '#ff8f73', '#d0e6ff'],
  highContrastLight: ['#004f9e', '#8a4600', '#7b1f86', '#005f45', '#9c2410', '#33475a'],
} as const

const themeKind = (): keyof typeof palettes => {
  const { classList } = document.body
  if (classList.contains('vscode-high-contrast-light')) return 'highContrastLight'
  if (classList.contains('vscode-high-contrast')) return 'highContrast'
  return classList.contains('vscode-light') ? 'light' : 'dark'
}

export const readTheme = (): ThemeColors => {
  const style = getComputedStyle(document.body)
  const color = (...names: readonly string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim()
      if (value) return value
    }
    return style.color
  }
  const series = palettes[themeKind()]
  return {
    foreground: color('foreground', 'editor-foreground'),
    muted: color('descriptionForeground', 'foreground'),
    grid: color('charts-lines', 'editorWidget-border', 'panel-border', 'contrastBorder'),
    background: color('editorWidget-background', 'editor-background'),
    good: series[3],
    series,
  }
}

/** VS Code changes the body's class and the root's style when the theme changes. */
export const onThemeChange = (listener: () => void): void => {
  const observer = new MutationObserver(listener)
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] })
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] })
}
