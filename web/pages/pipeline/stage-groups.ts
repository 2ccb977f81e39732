import type { GraphStage } from '#contract'

/** A node that is drawn: one stage, or a closed group of them. */
export interface GraphBox {
  readonly id: string
  readonly title: string
  /** Where it is declared; nothing for the top folder, and for a folder itself. */
  readonly folder: string
  readonly stages: readonly GraphStage[]
  /** Of a closed group. */
  readonly closed: boolean
  /** The groups that it lies in, the outermost first. */
  readonly inside: readonly string[]
}

export interface Grouped {
  readonly boxes: readonly GraphBox[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}

/** More boxes than this are hard to take in at a glance. */
const comfortable = 60

/** The groups that a stage is in: its dvc.yaml where there are several, then its `foreach` or `matrix`. */
export function groupsOf(stage: GraphStage, manyFiles: boolean): readonly string[] {
  const folder = manyFiles ? [`${stage.file}`] : []
  return stage.group === undefined ? folder : [...folder, `${stage.file} ${stage.group}`]
}

/** What a group is called. */
export function groupTitle(id: string): string {
  const [file = '', group] = id.split(' ')
  return group ?? (folderOf(file) || 'top folder')
}

/** The folder of a dvc.yaml; nothing for the top one. */
export function folderOf(file: string): string {
  return file === 'dvc.yaml' ? '' : file.replace(/\/dvc\.yaml$/, '')
}

/** A stage without the dvc.yaml that its address begins with. */
export function shortName({ name, file }: Pick<GraphStage, 'name' | 'file'>): string {
  return name.startsWith(`${file}:`) ? name.slice(file.length + 1) : name
}

/** Every group with how many stages are in it. */
export function allGroups(stages: readonly GraphStage[]): ReadonlyMap<string, number> {
  const many = hasManyFiles(stages)
  const sizes = new Map<string, number>()
  for (const stage of stages)
    for (const group of groupsOf(stage, many)) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  return sizes
}

/** The groups that are closed at first: none while everything fits, else loops of stages, else folders too. */
export function closedAtFirst(stages: readonly GraphStage[]): ReadonlySet<string> {
  const sizes = allGroups(stages)
  const loops = [...sizes].filter(([id, size]) => id.includes(' ') && size > 1).map(([id]) => id)
  const folders = [...sizes].filter(([id, size]) => !id.includes(' ') && size > 1)
  for (const closed of [[], loops, [...loops, ...folders.map(([id]) => id)]]) {
    const set = new Set(closed)
    if (groupStages(stages, set).boxes.length <= comfortable) return set
  }
  return new Set([...loops, ...folders.map(([id]) => id)])
}

/** The boxes that stand for stages with these groups closed, and the lines between them. */
export function groupStages(stages: readonly GraphStage[], closed: ReadonlySet<string>): Grouped {
  const many = hasManyFiles(stages)
  const boxOf = new Map<string, string>()
  const members = new Map<string, GraphStage[]>()
  for (const stage of stages) {
    const groups = groupsOf(stage, many)
    const id = groups.find((group) => closed.has(group)) ?? stage.name
    boxOf.set(stage.name, id)
    const own = members.get(id)
    if (own) own.push(stage)
    else members.set(id, [stage])
  }
  const boxes = [...members].map(([id, own]): GraphBox => {
    const [first] = own
    const isGroup = first === undefined || id !== first.name
    const inside = first === undefined ? [] : groupsOf(first, many)
    return {
      id,
      title: isGroup ? groupTitle(id) : shortName(first),
      folder: first === undefined || (isGroup && !id.includes(' ')) ? '' : folderOf(first.file),
      stages: own,
      closed: isGroup,
      inside: isGroup ? inside.slice(0, inside.indexOf(id)) : inside,
    }
  })
  const edges = new Map<string, { from: string; to: string }>()
  for (const stage of stages) {
    const to = boxOf.get(stage.name)
    for (const need of stage.needs) {
      const from = boxOf.get(need)
      if (from === undefined || to === undefined || from === to) continue
      edges.set(`${from}\n${to}`, { from, to })
    }
  }
  return { boxes, edges: [...edges.values()] }
}

function hasManyFiles(stages: readonly GraphStage[]): boolean {
  return new Set(stages.map((stage) => stage.file)).size > 1
}
