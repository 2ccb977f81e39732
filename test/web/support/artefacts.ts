import { pdfBytes, pngBytes, waveBytes } from './media.ts'

export interface Artefact {
  readonly path: string
  readonly body: Uint8Array
}

/** The text of an HTML file that would say so if it ran. */
const hostilePage = `<h1 id="title">Confusion</h1><p>Two classes.</p>
<style>h1 { color: rgb(11, 98, 107) }</style>
<script>document.getElementById('title').textContent = 'It ran'; parent.document.title = 'It ran'</script>
<img src="x" onerror="document.getElementById('title').textContent = 'It ran'">`

export const mlmodel = `artifact_path: model
flavors:
  python_function:
    loader_module: mlflow.sklearn
    python_version: 3.11.2
  sklearn:
    pickled_model: model.pkl
mlflow_version: 3.17.2
run_id: abc
signature:
  inputs: '[{"type": "double", "name": "glucose", "required": true}, {"type": "long", "name": "age", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: null
utc_time_created: '2026-11-27 12:00:00'
`

/** A file of each kind that is looked at, two that would do harm if they ran, and one that is broken. */
export function artefacts(): readonly Artefact[] {
  const text = (path: string, content: string): Artefact => ({ path, body: Buffer.from(content) })
  const rows = Array.from({ length: 5000 }, (_, i) => `${i},${(i * 0.37).toFixed(2)},row ${i}`)
  const columns = ['image', 'label', 'score']
  const data = Array.from({ length: 300 }, (_, i) => [`scene-${i}.png`, i % 3, i / 300])
  return [
    { path: 'plots/curve.png', body: pngBytes(320, 200) },
    text(
      'plots/mark.svg',
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><script>document.title="It ran"</script><circle cx="5" cy="5" r="4" fill="teal"/></svg>',
    ),
    text('tables/predictions.csv', `id,value,name\n${rows.join('\n')}\n`),
    text('tables/broken.csv', 'a,b\n1,2\n3\n'),
    text('tables/logged.json', JSON.stringify({ columns, data })),
    text('report.html', hostilePage),
    text('notes/readme.md', '# Notes\n\nA *short* text.'),
    text(
      'train.py',
      '# trains it\nimport torch\n\ndef train(epochs=10):\n    return "done", epochs\n',
    ),
    text('config.json', JSON.stringify({ model: { depth: 4, heads: [1, 2, 3] }, seed: 7 })),
    text('weights.bin', 'not for looking at'),
    { path: 'paper.pdf', body: pdfBytes('Segmentation in brief') },
    { path: 'sound/tone.wav', body: waveBytes(1) },
    text('model/MLmodel', mlmodel),
    ...Array.from({ length: 60 }, (_, i) => text(`checkpoints/epoch-${i}.txt`, `epoch ${i}`)),
    ...[0, 10, 20].flatMap((step) =>
      ['mask', 'overlay#left'].map((key) => ({
        path: `images/${key}+step+${step}+timestamp+1700000000${step}+id${step}.png`,
        body: pngBytes(160, 120, step),
      })),
    ),
  ]
}
