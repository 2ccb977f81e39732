const images = /\.(png|jpe?g|gif|webp|svg|bmp)$/i
const texts =
  /(\.(txt|md|csv|tsv|ya?ml|toml|py|ts|js|mjs|r|sql|log|html?|xml|ini|cfg|lock|sh|dvc|proto)|MLmodel|Dockerfile|requirements\.txt)$/i

/** How a file of that name can be shown, if at all. */
export function previewKind(path: string): 'image' | 'json' | 'text' | undefined {
  if (images.test(path)) return 'image'
  if (/\.(json|jsonl|ipynb)$/i.test(path)) return 'json'
  return texts.test(path) ? 'text' : undefined
}
