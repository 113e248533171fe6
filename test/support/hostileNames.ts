/** Names as nobody should choose them: markup, control characters, ten thousand signs, right to left. */
export const hostileNames = [
  '<img src=x onerror="document.title=\'hacked\'">',
  'control\u0000\u0007\u001b[31m characters',
  `${'long '.repeat(2000)}end`,
  '\u202Eright to left override',
  '[a link](command:workbench.action.closeWindow)',
] as const
