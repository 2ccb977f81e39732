import type { CustomTypesConfig } from 'pg'

const oid = { bool: 16, bytea: 17, int8: 20, numeric: 1700 }

/** Values as SQLite gives them, so that a room reads the same from both: numbers, 0 and 1, `Uint8Array`. */
export function valueTypes(others: CustomTypesConfig): CustomTypesConfig {
  return {
    getTypeParser(id: number, format?: 'text' | 'binary'): unknown {
      switch (id) {
        case oid.bool:
          return (text: string) => (text === 't' ? 1 : 0)
        case oid.int8:
          return parseInteger
        case oid.numeric:
          return Number
        case oid.bytea:
          return parseBytes
        default:
          return others.getTypeParser(id, format)
      }
    },
  }
}

function parseInteger(text: string): number | bigint {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text)
}

function parseBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
}
