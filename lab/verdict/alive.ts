/** A node that ends without the lab's signal, or does not come up, has failed. */
import type { HistoryEvent, NodeId } from '../history/history.ts';
import { lagEvidence } from './lag.ts';
import { firstEvidence, type Evidence, type Property } from './property.ts';
import { nsPerMs, seconds } from './words.ts';

const name = 'alive';
/** How long the contract gives a node until `/status` answers 200. */
const readyWithinMs = 10_000;
/** How much of what a node printed last is shown. */
const outputLinesMax = 20;

type Exit = Extract<HistoryEvent, { f: 'exit' }>;
type StartFailed = Extract<HistoryEvent, { f: 'start-failed' }>;

export const alive: Property = ({ history }) => {
  const ended: Evidence[] = [];
  const slow: Evidence[] = [];
  const lagged: Evidence[] = [];
  const goingDown = new Set<NodeId>();
  for (const event of history) {
    // From here on the lab takes everything down.
    if (event.f === 'phase' && event.value === 'stop') break;
    if (event.f === 'life') {
      if (event.value.state === 'down') goingDown.add(event.node);
      else goingDown.delete(event.node);
    }
    // Once the lab has announced that it ends a node, how that node ends is the lab's doing.
    if (event.f === 'exit' && !goingDown.has(event.node)) ended.push(exitEvidence(event));
    if (event.f !== 'start-failed') continue;
    if (event.value.reason !== 'not-ready') ended.push(startEvidence(event));
    else {
      const lag = lagEvidence(history, event.time - readyWithinMs * nsPerMs, event.time);
      if (lag === undefined) slow.push(startEvidence(event));
      else lagged.push({ ...lag, summary: `${event.node} was not ready in time. ${lag.summary}` });
    }
  }
  if (ended.length > 0)
    return { name, verdict: 'fail', concern: 'safety', evidence: firstEvidence([...ended, ...slow]) };
  if (slow.length > 0) return { name, verdict: 'fail', concern: 'liveness', evidence: firstEvidence(slow) };
  if (lagged.length > 0)
    return { name, verdict: 'undecided', concern: 'liveness', evidence: firstEvidence(lagged) };
  return { name, verdict: 'pass', concern: 'safety', evidence: [] };
};

function exitEvidence(event: Exit): Evidence {
  const { code, signal, output } = event.value;
  const how = signal === null ? `with exit code ${code}` : `by signal ${signal}`;
  return {
    summary: `Expected ${event.node} to run until it is told to stop, but at ${seconds(event.time)} it ended by itself, ${how}.`,
    events: [event.index],
    details: lastLines(output),
  };
}

function startEvidence(event: StartFailed): Evidence {
  const { message, output } = event.value;
  return {
    summary: `Expected ${event.node} to come up, but at ${seconds(event.time)} it had not: ${message}`,
    events: [event.index],
    details: lastLines(output),
  };
}

function lastLines(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-outputLinesMax);
}
