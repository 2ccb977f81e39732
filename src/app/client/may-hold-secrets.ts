const names = [
  /^\.env(?:[.-].*)?$/,
  /^\.(?:netrc|npmrc|pypirc|pgpass|htpasswd|git-credentials)$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)/,
  /\.(?:env|pem|key|p12|pfx|jks|keystore|kdbx|gpg|asc)$/,
  /^(?:credentials?|passwords?|service[-_]?account.*)(?:\.[^.]*)?$/,
  /secret/,
  /^config\.local$/,
]

const folders = new Set(['.ssh', '.aws', '.azure', '.gnupg', '.kube'])

/** Whether a file is named as those are in which people keep what only they may know. */
export function mayHoldSecrets(path: string): boolean {
  const parts = path.toLowerCase().split('/')
  const name = parts.at(-1) ?? ''
  return names.some((each) => each.test(name)) || parts.some((part) => folders.has(part))
}
