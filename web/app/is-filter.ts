/** Whether what was typed compares something, and so is a filter and no words to look for. */
export function isFilter(text: string): boolean {
  return /[=<>]|\b(?:i?like|in)\s*['"(]|\bis\s+(?:not\s+)?null\b/i.test(text)
}
