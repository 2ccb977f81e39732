export interface CodeToken {
  readonly kind: 'plain' | 'comment' | 'text' | 'number' | 'word' | 'name'
  readonly text: string
}

interface Language {
  readonly comment: string
  readonly words: string
}

const quoted =
  String.raw`"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|` +
  '`(?:[^`\\\\]|\\\\.)*`'

const hash = String.raw`#[^\n]*`
const slashes = String.raw`//[^\n]*|/\*[\s\S]*?\*/`
const dashes = String.raw`--[^\n]*|/\*[\s\S]*?\*/`
const script =
  'as async await break case catch class const continue default delete do else export extends false finally for from function if import in instanceof interface let new null of return static super switch this throw true try type typeof undefined var void while yield'

const languages: Readonly<Record<string, Language>> = {
  python: {
    comment: hash,
    words:
      'and as assert async await break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass raise return True try while with yield',
  },
  script: { comment: slashes, words: script },
  json: { comment: '(?!)', words: 'true false null' },
  yaml: { comment: hash, words: 'true false null yes no' },
  sql: {
    comment: dashes,
    words:
      'select from where and or not in as join left right inner outer full on group by order having limit offset insert into values update set delete create table view drop alter with case when then else end null is distinct union all SELECT FROM WHERE AND OR NOT IN AS JOIN LEFT RIGHT INNER OUTER FULL ON GROUP BY ORDER HAVING LIMIT OFFSET INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE VIEW DROP ALTER WITH CASE WHEN THEN ELSE END NULL IS DISTINCT UNION ALL',
  },
  shell: {
    comment: hash,
    words:
      'if then else elif fi for in do done while case esac function return export local set echo FROM RUN COPY ENV CMD WORKDIR EXPOSE ENTRYPOINT ARG USER',
  },
  r: {
    comment: hash,
    words:
      'function if else for in while repeat return TRUE FALSE NULL NA library require next break',
  },
  settings: { comment: String.raw`[#;][^\n]*`, words: 'true false' },
  markup: { comment: String.raw`<!--[\s\S]*?-->`, words: '' },
}

const byEnding: Readonly<Record<string, keyof typeof languages>> = {
  py: 'python',
  ts: 'script',
  tsx: 'script',
  js: 'script',
  mjs: 'script',
  java: 'script',
  go: 'script',
  proto: 'script',
  json: 'json',
  jsonl: 'json',
  ipynb: 'json',
  yaml: 'yaml',
  yml: 'yaml',
  dvc: 'yaml',
  lock: 'yaml',
  mlmodel: 'yaml',
  sql: 'sql',
  sh: 'shell',
  dockerfile: 'shell',
  r: 'r',
  toml: 'settings',
  ini: 'settings',
  cfg: 'settings',
  xml: 'markup',
  html: 'markup',
  svg: 'markup',
}

/** Past this the colours cost more than they help. */
const mostLetters = 120_000

/** Code in parts by what they are, as far as a look at single words tells; a file of another kind is one plain part. */
export function highlight(text: string, path: string): readonly CodeToken[] {
  const name = path.split('/').at(-1)?.toLowerCase() ?? ''
  const language = languages[byEnding[name.split('.').at(-1) ?? ''] ?? '']
  if (language === undefined || text.length > mostLetters) return [{ kind: 'plain', text }]
  const words = new Set(language.words.split(' '))
  const pattern = new RegExp(
    `(?<comment>${language.comment})|(?<text>${quoted})|(?<number>\\b\\d[\\w.]*)|(?<word>[A-Za-z_][\\w-]*)(?<colon>\\s*[:=](?![:=]))?`,
    'g',
  )
  const tokens: CodeToken[] = []
  const add = (kind: CodeToken['kind'], part: string): void => {
    const last = tokens.at(-1)
    if (part === '') return
    if (last?.kind === kind) tokens[tokens.length - 1] = { kind, text: last.text + part }
    else tokens.push({ kind, text: part })
  }
  let done = 0
  for (const match of text.matchAll(pattern)) {
    const { comment, text: string, number, word, colon } = match.groups ?? {}
    add('plain', text.slice(done, match.index))
    done = match.index + match[0].length
    if (comment !== undefined) add('comment', comment)
    else if (string !== undefined) add('text', string)
    else if (number !== undefined) add('number', number)
    else if (word !== undefined) {
      add(words.has(word) ? 'word' : colon === undefined ? 'plain' : 'name', word)
      add('plain', colon ?? '')
    }
  }
  add('plain', text.slice(done))
  return tokens
}
