import type { Fault } from './plan.ts';

/** A fault in a few words, for a line of progress or a label in a picture: `isolate n3 (black-hole)`. */
export function describeFault(fault: Fault, nodes: readonly string[]): string {
  const whom = nodes.length > 0 ? nodes.join('+') : fault.target;
  switch (fault.kind) {
    case 'partition':
      if (fault.shape === 'isolate') return `isolate ${whom} (${fault.cut})`;
      if (fault.shape === 'one-way') return `cut ${fault.direction ?? ''} ${whom} (${fault.cut})`;
      return `${fault.shape} (${fault.cut})`;
    case 'latency':
      return `latency ${whom} ${fault.latencyMs}±${fault.jitterMs} ms`;
    case 'bandwidth':
      return `bandwidth ${whom} ${fault.kilobytesPerSecond} kB/s`;
    case 'slicer':
      return `slicer ${whom} ${fault.averageBytes} B`;
    case 'reset':
      return `reset ${whom} every ${fault.afterMs} ms`;
    case 'lost-requests':
    case 'lost-answers':
      return `${fault.kind} ${whom} (${fault.cut})`;
    case 'kill':
    case 'pause':
    case 'snapshot':
      return `${fault.kind} ${whom}`;
    case 'fall-behind':
      return `${whom} falls behind (${fault.cut})`;
    case 'membership':
      return describeChange(fault, nodes);
    case 'transfer':
      return `transfer to ${whom}`;
  }
}

function describeChange(
  { change, target }: Extract<Fault, { kind: 'membership' }>,
  nodes: readonly string[],
): string {
  if (change !== 'replace') return `${change} ${nodes.length > 0 ? nodes.join('+') : target}`;
  const leaving = nodes.slice(0, -1).join('+');
  return `replace ${leaving === '' ? target : leaving} by ${nodes.at(-1) ?? 'a spare'}`;
}
