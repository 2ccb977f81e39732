import { didYouMean } from './near-word.ts'

/** What each section may hold; other keys are as much of a mistake to us as they are to DVC, which then does nothing at all. */
const sections: Readonly<Record<string, readonly string[] | undefined>> = {
  core: words(`remote checksum_jobs interactive analytics hardlink_lock no_scm autostage experiments check_update site_cache_dir
    machine`),
  cache: words(
    'local s3 gs hdfs webhdfs ssh azure dir type protected shared slow_link_warning verify',
  ),
  state: words('dir row_limit row_cleanup_quota'),
  index: words('dir'),
  // what came and went with DVC's versions; it passes over what it does not know here, and here alone
  feature: undefined,
  plots: words('html_template auto_open out_dir'),
  exp: words('code data models metrics params plots live auto_push git_remote'),
  parsing: words('bool list'),
  hydra: words('enabled config_dir config_module config_name plugins_path'),
  studio: words('token url repo_url offline'),
}

/** Settings of any remote. */
const everyRemote = words('url jobs checksum_jobs verify worktree no_traverse version_aware')

/** Settings of remotes by the scheme of their address; the empty one is that of folders. */
const remotes: Readonly<Record<string, readonly string[]>> = {
  '': words('type protected shared slow_link_warning'),
  s3: words(`region profile credentialpath configpath endpointurl access_key_id secret_access_key session_token listobjects use_ssl
    allow_anonymous_login ssl_verify sse sse_kms_key_id sse_customer_algorithm sse_customer_key acl grant_read grant_read_acp
    grant_write_acp grant_full_control cache_regions read_timeout connect_timeout`),
  gs: words('projectname credentialpath endpointurl allow_anonymous_login'),
  ssh: words(
    `type port user password ask_password passphrase ask_passphrase keyfile timeout gss_auth allow_agent max_sessions`,
  ),
  hdfs: words('user kerb_ticket replication'),
  webhdfs: words(
    'kerberos kerberos_principal proxy_to ssl_verify token use_https user password data_proxy_target',
  ),
  azure:
    words(`connection_string sas_token account_name account_key tenant_id client_id client_secret allow_anonymous_login
    exclude_environment_credential exclude_visual_studio_code_credential exclude_shared_token_cache_credential
    exclude_managed_identity_credential timeout read_timeout connection_timeout`),
  oss: words('oss_key_id oss_key_secret oss_endpoint'),
  gdrive:
    words(`profile gdrive_use_service_account gdrive_client_id gdrive_client_secret gdrive_user_credentials_file
    gdrive_service_account_user_email gdrive_service_account_json_file_path gdrive_trash_only gdrive_acknowledge_abuse`),
  http: words(
    'auth custom_auth_header user password ask_password ssl_verify method connect_timeout read_timeout',
  ),
  webdav: words(
    `user password ask_password token bearer_token_command custom_auth_header cert_path key_path timeout ssl_verify`,
  ),
}

function words(text: string): readonly string[] {
  return text.split(/\s+/)
}

/** Whether a section has a name that there is. */
function isKnownSection(section: string): boolean {
  return Object.hasOwn(sections, section) || /^(?:remote|db|machine)(?: |$)/.test(section)
}

/** What is wrong with a setting; `undefined` for nothing. `url` is that of the remote, where it is known. */
export function settingProblem(
  section: string,
  key: string,
  url: string | undefined,
): string | undefined {
  if (!isKnownSection(section)) {
    const all = [...Object.keys(sections), 'remote', 'db', 'machine']
    return `there is no section ${section}${didYouMean(section, all)}`
  }
  const known = keysOf(section, url)
  if (known === undefined || known.includes(key)) return undefined
  return `${section} has no setting ${key}${didYouMean(key, known)}`
}

/** What a section may hold; `undefined` where anything may stand. `url` is that of a remote. */
function keysOf(section: string, url: string | undefined): readonly string[] | undefined {
  if (Object.hasOwn(sections, section)) return sections[section]
  if (!section.startsWith('remote ')) return undefined
  // the address may stand in another file, and the password alone in this one
  if (url === undefined) return [...everyRemote, ...Object.values(remotes).flat()]
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase() ?? ''
  const kind = { https: 'http', webdavs: 'webdav', file: '', local: '' }[scheme] ?? scheme
  // another program may know places that we do not
  return Object.hasOwn(remotes, kind) ? [...everyRemote, ...(remotes[kind] ?? [])] : undefined
}
