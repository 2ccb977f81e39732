import { useParams, useRouter, useRouterState } from '@tanstack/react-router'
import { inProject } from './place.ts'

export type SearchText = Readonly<Record<string, string | undefined>>

/** The search part of the address as text, and a way to change some of it. */
export function useSearchState(): [SearchText, (change: SearchText) => void] {
  const router = useRouter()
  const search = useRouterState({ select: (state) => state.location.search as SearchText })
  const change = (given: SearchText) => {
    const { pathname } = router.state.location
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries({ ...search, ...given })) {
      if (value !== undefined && value !== '') query.set(name, value)
    }
    const text = query.toString()
    const href = text === '' ? pathname : `${pathname}?${text}`
    // The page is the same one: it and what it has in it stay where they are scrolled to.
    void router.commitLocation({
      ...router.latestLocation,
      ...{ href, publicHref: inProject(href), replace: true, resetScroll: false },
    })
  }
  return [search, change]
}

/** A part of the path, decoded; a page is only shown when the parts of its path are there. */
export function usePathPart(name: string): string {
  const params = useParams({ strict: false }) as Readonly<Record<string, string | undefined>>
  return params[name] ?? ''
}
