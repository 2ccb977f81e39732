import { runScene } from '/work/trees/runpage/test/web/support/run-scene.ts'
const s = await runScene('http://127.0.0.1:8477')
console.log(JSON.stringify({ run: s.run, child: s.child, model: s.model, trace: s.trace }))
