import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { Phase } from '../history/history.ts';
import type { Plan } from '../plan/plan.ts';
import type { Progress } from './progress.ts';

/** Shows a run's progress until it is closed. */
export interface Screen {
  close(): void;
}

interface ScreenOptions {
  readonly plan: Plan;
  readonly title: string;
  readonly progress: Progress;
  /** Where the screen is drawn; plain lines where that is not a terminal. */
  readonly stream: NodeJS.WriteStream;
  /** Nanoseconds since the run began. */
  readonly nowNs: () => number;
}

const redrawEveryMs = 200;
const lineEveryMs = 5_000;

const phaseWords: Record<Phase, string> = {
  start: 'starting nodes',
  faults: 'clients and faults at work',
  heal: 'healing',
  recover: 'waiting for recovery',
  'final-reads': 'final reads, each voter cut off in turn',
  stop: 'stopping',
};

export function openScreen(options: ScreenOptions): Screen {
  return options.stream.isTTY ? liveScreen(options) : plainLines(options);
}

function liveScreen({ plan, title, progress, stream, nowNs }: ScreenOptions): Screen {
  const draw = createLogUpdate(stream);
  const redraw = () => draw(frame(plan, title, progress, nowNs()));
  redraw();
  const timer = setInterval(redraw, redrawEveryMs);
  return {
    close() {
      clearInterval(timer);
      draw.clear();
      draw.done();
    },
  };
}

/** One screen: what is going on, how fast, who leads, and what is in force. */
export function frame(plan: Plan, title: string, progress: Progress, nowNs: number): string {
  const { counts, faults, alarms } = progress;
  const row = (name: string, value: string) => `  ${styleText('dim', name.padEnd(8))} ${value}`;
  return [
    styleText('bold', title),
    row('phase', `${phaseWords[progress.phase]}${timeLeft(plan, progress, nowNs)}`),
    row(
      'clients',
      `${progress.okPerSecond(nowNs)} ok/s   ${counts.ok} ok, ${counts.fail} refused, ${counts.info} unknown`,
    ),
    row(
      'leader',
      progress.leader === undefined
        ? styleText('yellow', 'nobody')
        : `${progress.leader} in term ${progress.term}`,
    ),
    row('faults', faults.size === 0 ? 'none in force' : styleText('red', [...faults.values()].join(' · '))),
    ...alarms.map((alarm) => row('alarm', styleText('red', alarm))),
  ].join('\n');
}

/** For logs: a line when something begins and every five seconds, without colours or cursor movements. */
function plainLines({ plan, title, progress, stream, nowNs }: ScreenOptions): Screen {
  stream.write(`${title}\n`);
  let phase: Phase | undefined;
  let saidMs = 0;
  const timer = setInterval(() => {
    const now = nowNs();
    if (progress.phase === phase && now / 1e6 - saidMs < lineEveryMs) return;
    phase = progress.phase;
    saidMs = now / 1e6;
    const { counts } = progress;
    const leader =
      progress.leader === undefined ? 'no leader' : `${progress.leader} leads in term ${progress.term}`;
    const faults = progress.faults.size === 0 ? '' : `; ${[...progress.faults.values()].join(' · ')}`;
    const done = `${counts.ok} ok, ${counts.fail} refused, ${counts.info} unknown`;
    stream.write(
      `${(now / 1e9).toFixed(1).padStart(6)} s  ${phaseWords[phase]}${timeLeft(plan, progress, now)}: ${done}; ${leader}${faults}\n`,
    );
  }, redrawEveryMs);
  return { close: () => clearInterval(timer) };
}

function timeLeft(plan: Plan, progress: Progress, nowNs: number): string {
  if (progress.phase !== 'faults') return '';
  const leftMs = plan.durationMs - (nowNs - progress.phaseBeganNs) / 1e6;
  return `, ${Math.max(0, Math.ceil(leftMs / 1_000))} s left`;
}
