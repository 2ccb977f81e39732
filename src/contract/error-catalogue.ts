/** One row an error: what HTTP answers, what is wrong (with `{details}`), and what to do about it. Ordered by area, then by code. */
interface CatalogueRow {
  readonly status: number
  readonly message: string
  /** Empty where the message alone says what to do. */
  readonly hint: string
  /** Whether the same call may succeed later without a change. */
  readonly retryable?: true
}

const rows = {
  // requests
  bad_request: {
    status: 400,
    message: '{problem}',
    hint: '',
  },
  invalid_input: {
    status: 400,
    message: 'The input is not of the declared shape: {problem}',
    hint: 'See the operation in the API page (/api/docs) for names, types and limits.',
  },
  not_found: {
    status: 404,
    message: 'There is no {kind} {name}.',
    hint: 'List what there is, or check the spelling.',
  },
  pages_missing: {
    status: 404,
    message: 'The pages of this server are not built; everything else answers.',
    hint: 'Build them where Tidemill was checked out, with npm run build, and start the server again.',
  },
  already_exists: {
    status: 409,
    message: 'The {kind} {name} exists already.',
    hint: 'Choose another name, or remove the present one first.',
  },
  conflict: {
    status: 409,
    message: '{problem}',
    hint: 'Read the present state, then try again.',
  },
  too_large: {
    status: 413,
    message: 'The body is larger than {limit}.',
    hint: 'Send it in parts, or raise limits.bodyBytes in the configuration.',
  },
  internal: {
    status: 500,
    message: 'Something went wrong inside Tidemill.',
    hint: 'The log has the cause under this request id. Please report it.',
  },
  unavailable: {
    status: 503,
    message: '{problem}',
    hint: 'Try again in a moment.',
    retryable: true,
  },
  // identity
  unauthenticated: {
    status: 401,
    message: 'This needs an identity: {problem}',
    hint: 'Sign in, or send "Authorization: Bearer <token>" (tidemill token create).',
  },
  forbidden: {
    status: 403,
    message: '{who} may not {permission} in project {project}.',
    hint: 'Ask an admin for a role that may (tidemill user grant).',
  },
  origin_refused: {
    status: 403,
    message: 'Requests from {origin} are refused.',
    hint: 'Open the interface under the address the server printed, or add the host to server.hosts.',
  },
  too_many_attempts: {
    status: 429,
    message: 'Too many failed sign-ins; wait {seconds} s.',
    hint: 'An admin can reset a password with: tidemill user password NAME.',
    retryable: true,
  },
  // servers that are copied from and to
  peer_refused: {
    status: 502,
    message: '{address} answered {answered}: {said}',
    hint: 'Check that the address is that of an MLflow server, or of this one, and see what it logged.',
  },
  peer_login_refused: {
    status: 401,
    message: '{address} answered {answered}: {said}',
    hint: 'Say who asks: http://USER:PASSWORD@HOST (other signs percent-encoded) or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD for MLflow’s own login, --from-token or --to-token for a token, TIDEMILL_TOKEN for a server of Tidemill.',
  },
  peer_forbids: {
    status: 403,
    message: '{address} answered {answered}: {said}',
    hint: 'Ask who runs that server for the permission to read what comes from it and to edit what goes to it, then copy again: what came before stays.',
  },
  // home and files
  home_newer: {
    status: 500,
    message: 'The home {home} was written by a newer Tidemill (migration {migration}).',
    hint: 'Install that version or a later one; nothing was changed.',
  },
  migration_changed: {
    status: 500,
    message: 'The migration {migration} is not the one that was applied to {database}.',
    hint: 'Install the version of Tidemill that last opened this home; nothing was changed.',
  },
  home_corrupt: {
    status: 500,
    message: 'The database {file} is damaged: {problem}',
    hint: 'Restore a backup: tidemill restore BACKUP. The damaged file was left as it is.',
  },
  home_missing: {
    status: 404,
    message: 'There is no Tidemill home at {home}.',
    hint: 'Make one with: tidemill init, or name another with --home.',
  },
  disk_full: {
    status: 507,
    message: 'There is no space left while writing {what}.',
    hint: 'Free some space and try again; nothing half-written was kept.',
    retryable: true,
  },
  port_taken: {
    status: 500,
    message: 'Port {port} on {host} is taken.',
    hint: 'Stop what listens there, or choose another: --port N, --grpc-port N (0 picks a free one).',
  },
  object_corrupt: {
    status: 500,
    message: 'The object {digest} does not match its digest.',
    hint: 'Its bytes changed on disk. Restore it from a backup, or a pipeline’s from its remote: tidemill fsck --repair.',
  },
  // data
  csv_malformed: {
    status: 422,
    message: '{file}:{line}: {problem}',
    hint: 'Mend that line; nothing was imported.',
  },
  csv_encoding: {
    status: 422,
    message: '{file} is not UTF-8 (first bad byte at offset {offset}).',
    hint: 'Save it as UTF-8, for example: iconv -f latin1 -t utf-8 FILE > OUT.',
  },
  csv_duplicate_header: {
    status: 422,
    message: '{file}: the header names column "{column}" more than once.',
    hint: 'Rename one of them; column names are unique, whatever their case.',
  },
  csv_empty: {
    status: 422,
    message: '{file} has no rows.',
    hint: 'A dataset needs a header and at least one row.',
  },
  schema_mismatch: {
    status: 422,
    message: 'The data do not fit the schema: {problem}',
    hint: 'Compare with: tidemill data show NAME.',
  },
  query_failed: {
    status: 422,
    message: 'The query failed: {problem}',
    hint: 'Check names and types against the dataset’s schema.',
  },
  // models
  model_invalid: {
    status: 422,
    message: 'The model {name} cannot be loaded: {problem}',
    hint: 'A model is an ONNX file, or an MLflow folder with an onnx flavour.',
  },
  prediction_invalid: {
    status: 400,
    message: 'The request does not fit the signature of {model}: {problem}',
    hint: 'The signature is at /v2/models/{model}.',
  },
  gate_refused: {
    status: 409,
    message: 'The gate of {model} refused version {version}: {problem}',
    hint: 'See the stored evidence on the version’s page; the alias stays where it is.',
  },
  approval_needed: {
    status: 409,
    message:
      '{model}@{alias} moves to version {version} when {needed} persons are for it; {given} so far. The request is {request}.',
    hint: 'Another person approves it on the page of the model, or with: tidemill models approve {model} {request}.',
  },
  version_changed: {
    status: 409,
    message: 'Version {version} of {model} is not what was registered: {problem}',
    hint: 'See file by file: tidemill models verify {model} {version}. Register the files as they are now as a new version.',
  },
  key_invalid: {
    status: 400,
    message: 'The key {name} cannot be used: {problem}',
    hint: 'Keys are Ed25519 in PEM; make one with: tidemill models keys make NAME.',
  },
  signature_invalid: {
    status: 400,
    message: 'The signature of {model} version {version} does not count: {problem}',
    hint: 'Sign with a key that is trusted here: tidemill models sign {model} {version} --key NAME.',
  },
  // declarations and pipelines
  declaration_invalid: {
    status: 422,
    message: '{file}:{line}:{column}: {problem}',
    hint: 'Mend the declaration; nothing was applied.',
  },
  repository_missing: {
    status: 404,
    message: 'There is no repository (a folder with .dvc in it) at or above {folder}.',
    hint: 'Go into one with cd, or make one here with: tidemill init.',
  },
  pipeline_invalid: {
    status: 422,
    message: '{file}:{line}:{column}: {problem}',
    hint: 'Mend the pipeline file; nothing was run.',
  },
  stage_failed: {
    status: 422,
    message: 'The stage {stage} failed with exit code {exitCode}.',
    hint: 'Its log is at {log}. Stages that ended before it keep their results.',
  },
  stage_cancelled: {
    status: 409,
    message: 'The run was cancelled{at}.',
    hint: 'Stages that ended before it keep their results; run again to go on.',
  },
  stage_timed_out: {
    status: 422,
    message: 'The stage {stage} was ended after {seconds} s, the timeout under its meta.',
    hint: 'Its log is at {log}. Raise meta.timeout, or see why it takes so long.',
  },
  resources_missing: {
    status: 422,
    message: 'The stage {stage} asks for {wanted} of memory; this machine has {available}.',
    hint: 'Lower meta.resources.memory, or run it on a larger machine.',
  },
  trace_unavailable: {
    status: 501,
    message: 'What stages read cannot be watched here: {problem}',
    hint: 'Install strace, or run with --isolated, where files that are not declared are absent.',
  },
  dependency_missing: {
    status: 422,
    message: '{place}: {stage} needs what is not there: {path}',
    hint: 'Correct the name, or {remedy}.',
  },
  unsaved_data: {
    status: 409,
    message: '{path} holds data that is kept nowhere else.',
    hint: 'Keep it first with: tidemill add or tidemill commit, or lose it with --force.',
  },
  data_outdated: {
    status: 409,
    message: 'Data was not brought up to date: {data}.',
    hint: 'Bring it with: {bring}. To record what lies there all the same: {keep}.',
  },
  pipeline_locked: {
    status: 409,
    message: '{path} is in use by process {pid}.',
    hint: 'Wait for it to end, or stop it.',
    retryable: true,
  },
  remote_unreachable: {
    status: 503,
    message: 'The remote {name} at {place} cannot be reached: {problem}',
    hint: 'Check the network and its url (tidemill remote list); the same command goes on where this one stopped.',
    retryable: true,
  },
  remote_denied: {
    status: 403,
    message: 'The remote {name} at {place} refuses: {problem}',
    hint: 'Check the keys: tidemill remote modify --local, or the environment that the remote’s kind reads.',
  },
  remote_place_missing: {
    status: 404,
    message: 'The remote {name} is at {place}, and there is no such place.',
    hint: 'Make the bucket, container or folder, or correct the address (tidemill remote modify {name} url).',
  },
  remote_object_missing: {
    status: 404,
    message: 'The remote {name} at {place} has no {path}.',
    hint: 'Send it from where it is: tidemill push -A --run-cache.',
  },
  output_missing: {
    status: 422,
    message: 'The stage {stage} did not make its output {path}.',
    hint: 'Check the paths under outs of the stage against what its command writes.',
  },
  counterfactual_failed: {
    status: 422,
    message: 'With {causes} from {to} and the rest from {from} there is no result: {problem}',
    hint: 'Causes that cannot stand alone are swapped as one with: --together CAUSE,CAUSE.',
  },
} as const satisfies Record<string, CatalogueRow>

export type ErrorCode = keyof typeof rows

export const catalogue: Readonly<Record<ErrorCode, CatalogueRow>> = rows
