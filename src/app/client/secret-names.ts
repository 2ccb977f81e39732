/** Names, in small letters, of files in which people keep what only they may know: new ones and those of the commit. */
const secretNames = [
  /^\.env/,
  /^[._](?:netrc|npmrc|pypirc|pgpass|htpasswd|git-credentials)$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)/,
  /\.(?:env|pem|key|p8|p12|pfx|ppk|jks|keystore|kdbx|gpg|asc)$/,
  /^(?:credentials?|passwords?|service[-_]?account.*)(?:\.[^.]*)?$/,
  /secret/,
  /^kaggle\.json$/,
  /^config\.local$/,
]

/** Such files of the commit are code as a rule; at new ones nobody has looked yet. Tokenizers are models. */
const secretNamesOfNew = [/token(?!i[sz])/, /credential|password|passwd|api[-_]?key/]

const folders = new Set(['.ssh', '.aws', '.azure', '.gnupg', '.kube'])

/** Whether a file is named as those are in which people keep what only they may know. */
export function mayHoldSecrets(path: string, isNew: boolean): boolean {
  const parts = path.toLowerCase().split('/')
  const name = parts.at(-1) ?? ''
  const names = isNew ? [...secretNames, ...secretNamesOfNew] : secretNames
  return names.some((each) => each.test(name)) || parts.some((part) => folders.has(part))
}
