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
      return `${fault.kind} ${whom}`;
  }
}
