import { createRoot } from 'react-dom/client'
import './design/styles/widgets.css'
import './design/styles/tokens.css'
import './design/styles/base.css'
import './design/styles/shell.css'
import './design/styles/parts.css'
import './design/styles/table.css'
import './design/styles/charts.css'
import './design/styles/graph.css'
import { App } from './app/app.tsx'
import { makeQueryClient, sameOriginCaller } from './app/api.tsx'
import { makeRouter } from './app/router.tsx'
import { makeShortcuts } from './app/shortcuts.tsx'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

createRoot(root).render(
  <App
    caller={sameOriginCaller()}
    queries={makeQueryClient()}
    router={makeRouter()}
    shortcuts={makeShortcuts()}
  />,
)
