interface Editor {
  readonly document: { readonly uri: { readonly scheme: string }; readonly isClosed: boolean }
}

/** The user's text among the editors that are to be seen; panels such as *Output* are editors too. */
export const openText = <T extends Editor>(
  active: T | undefined,
  visible: readonly T[],
): T | undefined =>
  [active, ...visible].find(
    (editor) =>
      editor && /^(file|untitled)$/.test(editor.document.uri.scheme) && !editor.document.isClosed,
  )
