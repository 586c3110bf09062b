/** A history with its verdict as one HTML file, to be opened in any browser and sent to anybody. */
import type { Operation } from '../operation.ts';
import type { CheckResult, VerbosePartition, VerboseResult, Wording } from '../result.ts';
import { viewerScript } from './viewer-script.ts';
import { viewerStyle } from './viewer-style.ts';

/** Something that went on beside the operations, such as a fault or a leader's time. */
export interface Annotation {
  /** Annotations of one row are drawn in one lane, above the processes. */
  readonly row: string;
  readonly label: string;
  /** Positions, as those of the operations. */
  readonly from: number;
  readonly to: number;
}

export interface Drawing<Input, Output> {
  readonly title?: string;
  readonly history: readonly Operation<Input, Output>[];
  /** A verbose one shows where the order ends, and when each operation takes effect in it. */
  readonly result: CheckResult | VerboseResult;
  /** How an operation reads, such as `write "a"`. */
  readonly describe: (operation: Operation<Input, Output>) => string;
  readonly wording?: Wording;
  readonly annotations?: readonly Annotation[];
}

/** What the page's script is given. Operations are rows of equal columns, which keeps the file small. */
interface PageData {
  readonly title: string;
  readonly verdict: string;
  readonly reason: string;
  /** `[id, process, call, return or -1 where it never came, outcome as 0 ok, 1 info, 2 fail, text]`. */
  readonly operations: readonly (readonly [number, number, number, number, number, string])[];
  readonly partitions: readonly {
    readonly key: string;
    readonly verdict: string;
    readonly anomaly: string;
    readonly sentence: string;
    readonly core: readonly number[];
    readonly bounding: readonly number[];
    readonly support: readonly number[];
    /** Ids in an order that explains what ended before `until`, or everything where that is -1. */
    readonly order: readonly number[];
    readonly until: number;
  }[];
  readonly annotations: readonly Annotation[];
}

const outcomes = { ok: 0, info: 1, fail: 2 } as const;

export function drawHistory<Input, Output>(drawing: Drawing<Input, Output>): string {
  const { title = 'History', history, result, describe, wording, annotations = [] } = drawing;
  const data: PageData = {
    title,
    verdict: result.verdict,
    reason: result.reason ?? '',
    operations: history.map((operation) => [
      operation.id,
      operation.process,
      operation.call,
      operation.outcome === 'info' || !Number.isFinite(operation.return) ? -1 : operation.return,
      outcomes[operation.outcome],
      describe(operation),
    ]),
    partitions: result.partitions.map(
      ({ key, verdict, violation, order = [], prefix }: VerbosePartition) => ({
        key,
        verdict,
        anomaly: violation?.anomaly ?? '',
        sentence: violation?.explain(wording) ?? '',
        core: violation?.core ?? [],
        bounding: violation?.bounding ?? [],
        support: violation?.support ?? [],
        order: prefix?.order ?? order,
        until: finiteOr(prefix?.until, -1),
      }),
    ),
    annotations,
  };
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}: ${result.verdict}</title>
<style>${viewerStyle}</style>
<header>
<h1>${escapeText(title)} <span id="verdict" class="${result.verdict}">${result.verdict}</span></h1>
<p id="sentence"></p>
<nav>
<select id="partition" aria-label="Violation"></select>
<button id="core">Zoom to what matters</button>
<button id="all">Show all</button>
<span>Drag to move, scroll to zoom, + − ← → with the keyboard.</span>
<ul aria-label="Colours">
<li class="ok">answered</li><li class="info">unknown</li><li class="fail">refused</li>
<li class="core">contradict each other</li><li class="support">what they build on</li><li class="effect">takes effect</li>
</ul>
</nav>
</header>
<canvas id="lanes" tabindex="0" role="img" aria-label="Operations by process over time"></canvas>
<div id="tip" hidden></div>
<script type="application/json" id="data">${embed(data)}</script>
<script>${viewerScript}</script>
</html>
`;
}

/** JSON has no infinity. */
function finiteOr(position: number | undefined, otherwise: number): number {
  return position === undefined || !Number.isFinite(position) ? otherwise : position;
}

/** JSON that cannot end the element it stands in. */
function embed(data: PageData): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
