export type PreviewKind =
  | 'image'
  | 'table'
  | 'json'
  | 'markdown'
  | 'html'
  | 'pdf'
  | 'audio'
  | 'video'
  | 'mlmodel'
  | 'text'

const kinds: readonly (readonly [RegExp, PreviewKind])[] = [
  [/(^|\/)MLmodel$/, 'mlmodel'],
  [/\.(png|jpe?g|gif|webp|svg|bmp)$/i, 'image'],
  [/\.(csv|tsv|parquet)$/i, 'table'],
  [/\.(json|geojson|ipynb)$/i, 'json'],
  [/\.(md|markdown)$/i, 'markdown'],
  [/\.html?$/i, 'html'],
  [/\.pdf$/i, 'pdf'],
  [/\.(mp3|wav|ogg|flac|m4a)$/i, 'audio'],
  [/\.(mp4|webm|mov)$/i, 'video'],
  [
    /(\.(txt|jsonl|ya?ml|toml|py|tsx?|m?js|r|sql|log|xml|ini|cfg|conf|lock|sh|dvc|patch|diff|proto|java|go|rst|tex|env|gitignore)|(^|\/)(Dockerfile|Makefile|LICENSE|README|requirements\.txt))$/i,
    'text',
  ],
]

const kindsOfTypes: readonly (readonly [RegExp, PreviewKind])[] = [
  [/^image\/(png|jpeg|gif|webp|svg\+xml|bmp)$/, 'image'],
  [/^audio\//, 'audio'],
  [/^video\//, 'video'],
  [/^application\/pdf$/, 'pdf'],
  [/^application\/json$/, 'json'],
  [/^text\/markdown$/, 'markdown'],
  [/^text\/html$/, 'html'],
  [/^text\//, 'text'],
]

/** How a file of that name, or of that media type where its name tells none, can be shown, if at all. */
export function previewKind(path: string, type = ''): PreviewKind | undefined {
  const of = (all: typeof kinds, text: string) => all.find(([pattern]) => pattern.test(text))?.[1]
  return of(kinds, path) ?? of(kindsOfTypes, type)
}

/**
 * The largest file of a kind that is shown whole, in bytes. Of text the beginning is shown whatever its size; sound and film are
 * read as they play, and tables page by page.
 */
export const largest: Readonly<Record<PreviewKind, number>> = {
  image: 50_000_000,
  table: Number.POSITIVE_INFINITY,
  json: 20_000_000,
  markdown: 2_000_000,
  html: 20_000_000,
  pdf: 50_000_000,
  audio: Number.POSITIVE_INFINITY,
  video: Number.POSITIVE_INFINITY,
  mlmodel: 2_000_000,
  text: Number.POSITIVE_INFINITY,
}
