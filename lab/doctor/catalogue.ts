/** Every check, in the order in which they are tried: what the later ones need comes first, what disturbs the cluster comes last. */
import type { Check } from './check.ts';
import { clusterCallChecks } from './checks/cluster-calls.ts';
import { connectionChecks } from './checks/connections.ts';
import { contentTypeChecks, errorChecks } from './checks/errors.ts';
import { followerChecks } from './checks/followers.ts';
import { idempotencyChecks } from './checks/idempotency.ts';
import { keyChecks } from './checks/keys.ts';
import { leaderChecks } from './checks/leader.ts';
import { registerChecks } from './checks/registers.ts';
import { restartChecks } from './checks/restarts.ts';
import { startChecks } from './checks/start.ts';
import { statusChecks, statusNeverGoesBack } from './checks/status.ts';
import { valueChecks } from './checks/values.ts';

export const catalogue: readonly Check[] = [
  ...startChecks,
  ...statusChecks,
  ...leaderChecks,
  ...registerChecks,
  ...valueChecks,
  ...keyChecks,
  ...errorChecks,
  ...followerChecks,
  ...connectionChecks,
  ...idempotencyChecks,
  ...clusterCallChecks,
  ...restartChecks,
  ...contentTypeChecks,
  statusNeverGoesBack,
];

/** The sections of `docs/contract.md` that are checked. */
export const contractSections: readonly string[] = [...new Set(catalogue.map(({ section }) => section))];
