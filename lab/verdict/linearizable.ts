/** Whether the cluster behaved like one register a key: every answer fits an order in which each operation takes effect between its call and its answer. */
import { checkRegisters } from '@raft-lab/workloads';
import type { PartitionResult, Violation, Wording } from 'porcupine-ts';
import { isClientEvent, pairOperations, type Operation } from '../history/operations.ts';
import { describeOperation, nodeOf } from './describe-operation.ts';
import { firstEvidence, type Concern, type Evidence, type Property } from './property.ts';
import { exactSeconds } from './words.ts';

const name = 'linearizable';
const concern: Concern = 'safety';

export const linearizable: Property = ({ history }) => {
  const operations = new Map(pairOperations(history).map((operation) => [operation.invoke.index, operation]));
  const answered = [...operations.values()].filter(({ outcome }) => outcome === 'ok').length;
  if (answered === 0)
    return {
      name,
      verdict: 'undecided',
      concern,
      evidence: [
        {
          summary:
            'No operation was answered, so there is nothing to order. A run that is served would decide it.',
          events: [],
        },
      ],
    };
  const result = checkRegisters(history.filter(isClientEvent));
  switch (result.verdict) {
    case 'linearizable':
      return {
        name,
        verdict: 'pass',
        concern,
        evidence: [
          {
            summary: `${answered} answers over ${result.partitions.length} keys fit one order a key.`,
            events: [],
          },
        ],
      };
    case 'illegal':
      return {
        name,
        verdict: 'fail',
        concern,
        // What broke first comes first.
        evidence: firstEvidence(
          result.partitions
            .flatMap((partition) => violationEvidence(partition, operations))
            .toSorted((a, b) => (a.events.at(-1) ?? 0) - (b.events.at(-1) ?? 0)),
        ),
      };
    case 'undecided':
      return { name, verdict: 'undecided', concern, evidence: result.partitions.flatMap(doubt) };
  }
};

type Operations = ReadonlyMap<number, Operation>;

function violationEvidence({ key, violation }: PartitionResult, operations: Operations): Evidence[] {
  if (violation === undefined) return [];
  const core = involved(violation, operations);
  return [
    {
      summary: `${capital(violation.anomaly)} on key ${key}: ${violation.explain(wordingOf(operations))}`,
      events: core
        .flatMap(({ invoke, completion }) =>
          completion === undefined ? [invoke.index] : [invoke.index, completion.index],
        )
        .toSorted((a, b) => a - b),
      details: core.map(describeOperation),
    },
  ];
}

function involved(violation: Violation, operations: Operations): Operation[] {
  return violation.core.flatMap((id) => operations.get(id) ?? []);
}

function doubt({ key, reason }: PartitionResult): Evidence[] {
  return reason === undefined ? [] : [{ summary: `Key ${key} is undecided: ${reason}.`, events: [] }];
}

/** How the checker's sentences name our operations. */
function wordingOf(operations: Operations): Wording {
  return {
    who: (id) => {
      const operation = operations.get(id);
      return operation === undefined
        ? `operation ${id}`
        : `process ${operation.process} at ${nodeOf(operation)}`;
    },
    began: (id) => exactSeconds(operations.get(id)?.startNs ?? 0),
    ended: (id) => exactSeconds(operations.get(id)?.endNs ?? 0),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
