// Runs before the first paint, so that a dark page does not flash white. A file of its own: the policy allows no inline script.
;(() => {
  const root = document.documentElement
  let kept = {}
  try {
    kept = JSON.parse(localStorage.getItem('tidemill.appearance') ?? '{}')
  } catch {
    // Storage that is blocked or broken means the defaults.
  }
  const dark =
    kept.theme === 'dark' ||
    (kept.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.mantineColorScheme = dark ? 'dark' : 'light'
  root.dataset.density = kept.density === 'compact' ? 'compact' : 'comfortable'
})()
