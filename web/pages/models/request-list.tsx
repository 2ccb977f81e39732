import { Button, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type AliasRequest, type Health } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { Icon } from '../../design/icons.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { useAct } from '../../app/api.tsx'
import { useMay, useSession } from '../../app/session.ts'
import { VersionLink } from './version-link.tsx'

const healthOf: Readonly<Record<AliasRequest['state'], Health>> = {
  open: 'busy',
  done: 'good',
  rejected: 'bad',
  expired: 'none',
}

const wordOf: Readonly<Record<AliasRequest['state'], string>> = {
  open: 'waits',
  done: 'done',
  rejected: 'rejected',
  expired: 'expired',
}

/** Moves that persons were asked about, with who was for them. */
export function RequestList({ requests }: { requests: readonly AliasRequest[] }): ReactNode {
  if (requests.length === 0) {
    return (
      <EmptyState icon="user" title="Nobody was asked yet">
        Where an alias asks for approvals, promoting a version makes a request. It waits here for
        other persons, and the alias moves when the last of them is for it.
      </EmptyState>
    )
  }
  return (
    <ul className="requests">
      {requests.map((request) => (
        <RequestCard key={request.id} request={request} />
      ))}
    </ul>
  )
}

export function RequestCard({ request }: { request: AliasRequest }): ReactNode {
  const { model, alias, version, state, needed, votes, why, askedAt, askedBy, outcome } = request
  const given = votes.filter((vote) => vote.verdict === 'approve')
  return (
    <li className={`card card-body request ${state}`}>
      <div className="line spread">
        <span className="line">
          <StatusPill health={healthOf[state]} word={wordOf[state]} />
          <span className="tag sand">{alias}</span>
          <Icon name="chevron" size={12} />
          <VersionLink model={model} version={version} gate={request.gate} />
          <code className="muted small">{request.id}</code>
        </span>
        {state === 'open' && <Decide request={request} />}
      </div>
      {why !== '' && <p>{why}</p>}
      <div className="voters" aria-label={`${given.length} of ${needed} persons are for it`}>
        {votes.map((vote) => (
          <span key={vote.who} className={`voter ${vote.verdict}`} title={vote.message}>
            <Icon name={vote.verdict === 'approve' ? 'good' : 'bad'} size={13} />
            {vote.who}
          </span>
        ))}
        {state === 'open' &&
          Array.from({ length: Math.max(0, needed - given.length) }, (_, i) => (
            <span key={i} className="voter missing">
              <Icon name="user" size={13} /> one more person
            </span>
          ))}
      </div>
      <p className="muted small">
        asked <When time={askedAt} /> by {askedBy}
        {outcome !== undefined && ` · ${outcome}`}
      </p>
    </li>
  )
}

function Decide({ request }: { request: AliasRequest }): ReactNode {
  const [verdict, setVerdict] = useState<'approve' | 'reject'>()
  const may = useMay('models:promote')
  const own = useSession()?.user
  const isVoted = request.votes.some((vote) => vote.who === own)
  if (!may) return null
  return (
    <span className="line">
      {isVoted ? (
        <span className="muted small">You are for it; another person has to be, too.</span>
      ) : (
        <Button size="compact-sm" onClick={() => setVerdict('approve')}>
          Approve
        </Button>
      )}
      <Button size="compact-sm" variant="default" onClick={() => setVerdict('reject')}>
        {request.askedBy === own ? 'Take back' : 'Reject'}
      </Button>
      {verdict !== undefined && (
        <Verdict request={request} verdict={verdict} onClose={() => setVerdict(undefined)} />
      )}
    </span>
  )
}

interface VerdictProps {
  readonly request: AliasRequest
  readonly verdict: 'approve' | 'reject'
  readonly onClose: () => void
}

function Verdict({ request, verdict, onClose }: VerdictProps): ReactNode {
  const [message, setMessage] = useState('')
  const { model, alias, version, needed, votes } = request
  const left = needed - votes.filter((vote) => vote.verdict === 'approve').length - 1
  const approve = useAct(operations.models.approve, {
    quiet: true,
    done: ({ change }) =>
      change ? `${alias} points at version ${version}` : `Approved; ${left} more needed`,
    onDone: onClose,
  })
  const reject = useAct(operations.models.reject, {
    quiet: true,
    done: 'The request is rejected',
    onDone: onClose,
  })
  const act = verdict === 'approve' ? approve : reject
  return (
    <Confirm
      open
      title={
        verdict === 'approve'
          ? `Approve version ${version} as ${alias}?`
          : `Reject version ${version} as ${alias}?`
      }
      verb={verdict === 'approve' ? (left <= 0 ? 'Approve and move' : 'Approve') : 'Reject'}
      danger={verdict === 'reject'}
      busy={act.isPending}
      onClose={onClose}
      onConfirm={() =>
        act.mutate({ name: model, request: request.id, ...(message && { message }) })
      }
    >
      <p>
        {verdict === 'reject'
          ? 'The alias stays where it is. It can be asked for again.'
          : left <= 0
            ? `The gate is asked once more; then ${alias} points at version ${version}, and endpoints that follow it answer with it.`
            : `${left} more ${left === 1 ? 'person' : 'persons'} must be for it before the alias moves.`}
      </p>
      <TextInput
        label="Message"
        description="For the history."
        value={message}
        onChange={(event) => setMessage(event.currentTarget.value)}
      />
      {act.isError && <ErrorState error={act.error} />}
    </Confirm>
  )
}
