/** Copies what is selected with its numbers whole: it is read while they stand written out. */
export function copyExact(event: ClipboardEvent): void {
  const selection = document.getSelection()
  if (selection === null || selection.isCollapsed || event.clipboardData === null) return
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection
  const range = selection.getRangeAt(0).cloneRange()
  const numbers = [...document.querySelectorAll<HTMLElement>('[data-exact]')].flatMap((each) => {
    const text = each.firstChild
    return text instanceof Text && isWithin(range, text) ? [{ each, text, shown: text.data }] : []
  })
  const [first, last] = [numbers[0], numbers.at(-1)]
  if (anchorNode === null || focusNode === null || !first || !last) return
  // A number of which a part is selected is copied whole: that part is none of the other form.
  if (range.startContainer === first.text) range.setStartBefore(first.each)
  if (range.endContainer === last.text) range.setEndAfter(last.each)
  const { startContainer, startOffset, endContainer, endOffset } = range
  for (const { each, text } of numbers) text.data = each.dataset.exact ?? text.data
  selection.setBaseAndExtent(startContainer, startOffset, endContainer, endOffset)
  event.clipboardData.setData('text/plain', selection.toString())
  for (const { text, shown } of numbers) text.data = shown
  selection.setBaseAndExtent(anchorNode, anchorOffset, focusNode, focusOffset)
  event.preventDefault()
}

/** Whether a part of a text is selected, and not only the place before or behind it. */
function isWithin(range: Range, text: Text): boolean {
  const endsBefore = range.endContainer === text && range.endOffset === 0
  const startsBehind = range.startContainer === text && range.startOffset === text.length
  return range.intersectsNode(text) && !endsBefore && !startsBehind
}
