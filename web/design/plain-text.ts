/** What is written in Markdown as one line without its marks, for lists and titles. */
export function plainText(markdown: string): string {
  return markdown
    .split('\n')
    .map((line) =>
      line
        .replace(/^\s*(?:#{1,6}\s|>\s?|[-*+]\s|\d+\.\s)+/, '')
        .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replaceAll(/\*\*|__|[`*]|(?<!\w)_|_(?!\w)/g, '')
        .trim(),
    )
    .filter((line) => line !== '')
    .join(' ')
}
