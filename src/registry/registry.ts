import type { Clock, Metadata } from '#store'
import { openAliases, type Aliases } from './aliases.ts'
import { openCards, type Cards } from './cards.ts'
import { openChanges, type Changes } from './changes.ts'
import { openGateReports, type GateReports } from './gate-reports.ts'
import { openGuards, type Guards } from './guards.ts'
import { openModels, type Models } from './models.ts'
import { openNames, type Names } from './names.ts'
import { openRemovals, type Removals } from './removals.ts'
import { openRequests, type Requests } from './requests.ts'
import { openSignatures, type Signatures } from './signatures.ts'
import { openVersions, type Versions } from './versions.ts'

/** Registered models: their versions, what each must show, who stands for it, and which one an alias names. */
export interface Registry
  extends
    Models,
    Names,
    Versions,
    Cards,
    Aliases,
    GateReports,
    Guards,
    Requests,
    Signatures,
    Changes,
    Removals {}

export interface RegistryParts {
  readonly metadata: Metadata
  readonly clock: Clock
}

export function openRegistry({ metadata, clock }: RegistryParts): Registry {
  const gateReports = openGateReports(metadata)
  const models = openModels(metadata, clock)
  const { model, declare } = models
  const versions = openVersions({ metadata, clock, gateReports, model, declare })
  const { version, manifest } = versions
  return {
    ...models,
    ...openNames(metadata, model),
    ...versions,
    ...gateReports,
    ...openAliases({ metadata, clock, model }),
    ...openCards(metadata, clock, version),
    ...openGuards(metadata, clock),
    ...openRequests(metadata, clock),
    ...openSignatures({ metadata, clock, manifest }),
    ...openChanges({ metadata, clock, model, version }),
    ...openRemovals(metadata, clock),
  }
}
