import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

// What jsdom lacks and widgets ask for.
class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

class NoStream extends EventTarget {
  close(): void {}
}

Object.assign(globalThis, {
  ResizeObserver: NoObserver,
  EventSource: NoStream,
  matchMedia: (media: string) => ({
    media,
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
  }),
  scrollTo: () => {},
})
Object.defineProperty(document, 'fonts', { value: new EventTarget() })
// The first look at a page also loads and transforms it.
configure({ asyncUtilTimeout: 8000 })

afterEach(() => {
  cleanup()
  localStorage.clear()
})
