/** What a person typed as the value it means: yes and no, a number, or the words themselves. */
export function readAnswer(text: string): boolean | number | string {
  const plain = text.trim()
  if (/^(yes|true)$/i.test(plain)) return true
  if (/^(no|false)$/i.test(plain)) return false
  return plain !== '' && Number.isFinite(Number(plain)) ? Number(plain) : plain
}
