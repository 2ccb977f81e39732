/** What a filter may ask of one kind of thing: its attributes, and the areas whose keys are the user's own. */
export interface Grammar {
  /** What is searched, for messages: `runs`. */
  readonly of: string
  /** Only what MLflow's servers read: AND, a text where a text is compared, IN where they allow it. */
  readonly strict: boolean
  /** Whether texts are compared with patterns, too. */
  readonly patterns?: boolean
  /** By every name an attribute may be written with, in small letters. */
  readonly attributes: Readonly<Record<string, Attribute>>
  /** By every name an area may be written with, in small letters. */
  readonly areas: Readonly<Record<string, Area>>
}

export interface Attribute {
  /** Its own name, whichever was written. */
  readonly name: string
  readonly kind: 'text' | 'number'
  /** Whether IN and NOT IN are read in a strict filter. */
  readonly in?: boolean
  /** Kept in small letters, and so compared. */
  readonly lower?: boolean
  /** Found, but not to be ordered by. */
  readonly unordered?: boolean
  /** What it names as a whole, such as `name/version`: compared with = alone. */
  readonly whole?: RegExp
}

export interface Area {
  readonly name: string
  readonly kind: 'text' | 'number'
  /** Whether IS NULL and IS NOT NULL are read. */
  readonly nulls?: boolean
  readonly in?: boolean
  /** Whether those of its texts that read as numbers are compared by size, in strict filters too. */
  readonly sized?: boolean
  /** The only keys there are, where they are not the user's own. */
  readonly keys?: readonly string[]
  /** What keys of the user's own begin with, where there are others. */
  readonly prefix?: string
}

export type Comparator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'like'
  | 'ilike'
  | 'rlike'
  | 'in'
  | 'not in'
  | 'is null'
  | 'is not null'

export interface Comparison {
  readonly kind: 'comparison'
  /** `attributes` or an area's own name. */
  readonly area: string
  readonly key: string
  readonly comparator: Comparator
  readonly value: string | number | readonly (string | number)[]
}

export type Filter =
  | Comparison
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }

export interface OrderTerm {
  readonly area: string
  readonly key: string
  readonly direction: 'asc' | 'desc'
}
