import { palettes, type ThemeColors } from '../../webview/ui/theme.ts'

/** A dark theme's colours, for parts of the pages that are tested without a browser. */
export const darkTheme: ThemeColors = {
  foreground: '#ccc',
  muted: '#999',
  grid: '#333',
  background: '#202020',
  good: '#3fb68b',
  series: palettes.dark,
}
