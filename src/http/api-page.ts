import type { ApiInfo } from './open-api.ts'
import type { Route } from './route.ts'

/** The API as a page without scripts: routes by area, each with its shapes and a call to copy. */
export function apiPage(routes: readonly Route[], info: ApiInfo): string {
  const areas = Map.groupBy(routes, (route) => route.area ?? 'other')
  const sections = [...areas].map(
    ([area, own]) =>
      `<section><h2 id="${escape(area)}">${escape(area)}</h2>${own.map(entry).join('')}</section>`,
  )
  const links = [...areas.keys()].map((area) => `<a href="#${escape(area)}">${escape(area)}</a>`)
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(info.name)} API</title><style>${style}</style>
<main><h1>${escape(info.name)} API <small>${escape(info.version)}</small></h1>
<p>Shapes are JSON Schema. The same as a document: <a href="/api/openapi.json">/api/openapi.json</a>.
Send <code>Authorization: Bearer &lt;token&gt;</code>; on this machine a loopback server needs none.</p>
<nav>${links.join(' ')}</nav>${sections.join('')}</main></html>`
}

function entry(route: Route): string {
  const parts = [
    ['path', route.params],
    ['query', route.query],
    ['body', route.body],
    ['answer', route.output],
  ] as const
  const shapes = parts
    .filter(([, schema]) => schema !== undefined)
    .map(
      ([name, schema]) => `<h4>${name}</h4><pre>${escape(JSON.stringify(schema, null, 2))}</pre>`,
    )
  const call = `curl ${route.method === 'GET' ? '' : `-X ${route.method} `}${route.body ? "-H 'content-type: application/json' -d '{…}' " : ''}http://127.0.0.1:8400${route.path}`
  return `<details><summary><b class="${route.method}">${route.method}</b> <code>${escape(route.path)}</code> ${escape(route.summary ?? '')}</summary>
<p>Needs <code>${escape(route.permission)}</code>.</p><pre>${escape(call)}</pre>${shapes.join('')}</details>`
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

const style = `:root{color-scheme:light dark;--ink:#10302f;--paper:#fbfaf6;--line:#d8d3c4}
@media (prefers-color-scheme:dark){:root{--ink:#dceceb;--paper:#0d1f1f;--line:#2a4242}}
body{margin:0;font:15px/1.5 system-ui,sans-serif;background:var(--paper);color:var(--ink)}
main{max-width:60rem;margin:0 auto;padding:2rem 1rem}small{opacity:.6;font-weight:400}
nav a{margin-right:.75rem}a{color:inherit}details{border-bottom:1px solid var(--line);padding:.4rem 0}
summary{cursor:pointer}summary b{display:inline-block;width:4.5rem;font-variant-numeric:tabular-nums}
pre{overflow:auto;padding:.75rem;border:1px solid var(--line);border-radius:6px;font-size:13px}`
