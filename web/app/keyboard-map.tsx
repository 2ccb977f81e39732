import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useShortcuts, type Shortcut } from './shortcuts.tsx'

/** Every key that does something here, by group. */
export function KeyboardMap({ onClose }: { onClose: () => void }): ReactNode {
  const known = useShortcuts()?.list() ?? []
  const groups = Map.groupBy(known, (each) => each.group)
  return (
    <Modal opened onClose={onClose} title="Keyboard map" size="lg">
      <div className="columns">
        {[...groups].map(([group, shortcuts]) => (
          <section key={group} className="stack tight">
            <h3>{group}</h3>
            <dl className="keys">
              {onePerKeys(shortcuts).map((each) => (
                <div key={each.keys}>
                  <dt>
                    {each.keys.split(' ').map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{each.what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}

function onePerKeys(shortcuts: readonly Shortcut[]): readonly Shortcut[] {
  return [...new Map(shortcuts.map((each) => [each.keys, each])).values()]
}
