/**
 * What each rule is for: with all rules a scene ends well, and with that one rule broken the same scene does not. Where no short scene shows it, the
 * chaos does: the seed is where it was found last, and a few more are tried when the core has changed since.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { brokenRules } from './broken-rules.ts';
import { Chaos } from './chaos.ts';
import { votersOnly } from './configuration.ts';
import { describeEntries, describeMessage } from './describe.ts';
import type { Entry } from './entry.ts';
import type { Message } from './messages.ts';
import { Raft } from './raft.ts';
import type { Rules } from './rules.ts';
import { raftRules } from './rules.ts';
import { ScriptedCluster } from './script.ts';

/** What a scene tells only where the rule holds, and only where it is broken; one of them will do. */
interface Told {
  readonly kept?: string;
  readonly broken?: string | RegExp;
}
type Case =
  | ({ readonly scene: (rules: Rules) => string } & Told)
  | {
      /** A seed of the chaos in which the broken rule is caught. */
      readonly seed: number;
    };

/** Seeds tried from the one that is noted. */
const maxSeeds = 2_000;

/** Plays a script, line by line, and tells what happened; also the invariant that was found broken. */
function play(lines: readonly string[], rules: Rules): string {
  const cluster = new ScriptedCluster(rules);
  try {
    return lines.flatMap((line) => cluster.run(line)).join('\n');
  } catch (error) {
    return String(error);
  }
}

function script(text: string, told: Told): Case {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return { scene: (rules) => play(lines, rules), ...told };
}

function golden(file: string, told: Told): Case {
  const text = readFileSync(join(import.meta.dirname, 'testdata', file), 'utf8');
  const commands = text.split('\n').filter((line) => line.startsWith('> '));
  return script(commands.map((line) => line.slice(2)).join('\n'), told);
}

/** One follower of n2 in a cluster of three, given these messages of n2 and then so many ticks; tells what it says and does. */
function follower(messages: readonly Message[], told: Told, ticks = 0, held: readonly Entry[] = []): Case {
  const scene = (rules: Rules): string => {
    const raft = new Raft({
      id: 'n1',
      life: 1,
      timing: { heartbeatTicks: 2, electionTicksMin: 10, electionTicksMax: 20, catchUpTicks: 40 },
      keptEntries: 0,
      recovered: {
        hardState: { term: 1, votedFor: null, commit: 0 },
        base: { index: 0, term: 0 },
        entries: held,
        configuration: votersOnly(['n1', 'n2', 'n3']),
        snapshot: null,
      },
      rules,
      random: () => 0.5,
    });
    const tell = (): string[] => {
      const { send, install, apply } = raft.takeEffects();
      return [
        ...send.map(({ message }) => describeMessage(message)),
        ...(install === null ? [] : [`installs ${install.data.join(' ')}`]),
        ...(apply.length === 0 ? [] : [`applies ${describeEntries(apply)}`]),
      ];
    };
    const told: string[] = [];
    for (const message of messages) {
      raft.step({ kind: 'message', from: 'n2', message });
      told.push(...tell());
    }
    for (let left = ticks; left > 0; left -= 1) {
      raft.step({ kind: 'tick', missed: 0 });
      told.push(...tell());
    }
    return [...told, `voters ${raft.status.voters.join(' ')}`].join('\n');
  };
  return { scene, ...told };
}

const blank = (index: number, term: number): Entry => ({ index, term, payload: { kind: 'blank' } });
const chunk = (offset: number, data: readonly number[], total: number): Message => ({
  kind: 'snapshot-chunk',
  term: 1,
  base: { index: 5, term: 1 },
  configuration: votersOnly(['n1', 'n2', 'n3']),
  offset,
  total,
  data: Uint8Array.from(data),
});

/** n1 leads; n1, n4 and n5 are to follow on n1, n2 and n3, and the joint configuration is committed, but only n1, n4 and n5 know it. */
const joint = `
  cluster n1 n2 n3
  elect n1
  add n4
  add n5
  change n1 voters n1 n2 n3 learners n4 n5
  settle
  change n1 voters n1 n4 n5
  deliver n1>n2 n1>n3 n1>n4 n1>n5
  deliver n2>n1 n3>n1 n4>n1 n5>n1
  lose n1>n2 n1>n3
  deliver n1>n4 n1>n5
  cut n2,n3 n1,n4,n5
`;

const cases: Readonly<Record<string, Case>> = {
  'votes-for-any-log': script(
    `cluster n1 n2 n3
     elect n1
     cut n3 n1,n2
     propose n1 x
     settle
     crash n1
     heal
     elect n3
     status`,
    { broken: /nothing committed is cut/ },
  ),
  'compares-logs-by-length': { seed: 63 },
  // n1 and n2 both pass the pre-vote, and ask n3 in the same term.
  'votes-twice': script(
    `cluster n1 n2 n3
     tick n1 20
     deliver n1>n3
     tick n2 20
     deliver n2>n3
     deliver n3>n1 n3>n2
     cut n1 n2
     settle`,
    { broken: /term 1 has one leader/ },
  ),
  'is-elected-by-half': { seed: 1 },
  'is-elected-by-the-union': script(
    `${joint}\n lose n4>n1 n5>n1\n crash n1\n restart n1\n elect n4\n status`,
    {
      kept: 'n4 candidate term 1',
      broken: 'n4 leader term 2',
    },
  ),
  // n3 votes for n1, hears it, begins a new life, and is asked by n2 in the same term.
  'forgets-its-vote': script(
    `cluster n1 n2 n3
     cut n1 n2
     tick n1 20
     tick n2 20
     deliver n1>n3 n2>n3
     deliver n3>n1
     deliver n1>n3
     deliver n3>n1
     lose n1>n3
     tick n1 2
     deliver n1>n3
     crash n3
     restart n3
     deliver n3>n2
     deliver n2>n3
     deliver n3>n2
     status`,
    { broken: 'n2 leader term 1' },
  ),
  'counts-pre-votes': { seed: 2 },
  'counts-old-votes': { seed: 346 },
  'counts-its-vote-early': { seed: 24 },
  'votes-before-disk': { seed: 316 },
  // n3 was away and comes back while n1 is heard by everyone else.
  'is-disturbed': script(
    `cluster n1 n2 n3
     elect n1
     cut n3 n1,n2
     tick n3 20
     heal
     tick n3 40
     settle
     status`,
    { kept: 'n1 leader term 1', broken: 'n1 follower term 2' },
  ),
  // n4 is asked to lead, and is removed before its request for votes arrives.
  'heeds-removed': script(
    `cluster n1 n2 n3 n4
     elect n1
     change n1 voters n1 n2 n3
     deliver n1>n4
     deliver n4>n1
     transfer n1 n4
     deliver n1>n4
     deliver n1>n2 n1>n3
     deliver n2>n1 n3>n1
     deliver n1>n2 n1>n3
     deliver n4>n2 n4>n3
     status`,
    { kept: 'n2 follower term 1 leader n1', broken: 'n2 follower term 2 leader -' },
  ),
  // n4 was removed, which n3 knows, and added again, which n3 does not; without n1 nobody leads unless n3 votes for it.
  'ignores-who-came-back': script(
    `cluster n1 n2 n3 n4
     elect n1
     change n1 voters n1 n2 n3
     settle
     cut n3 n1,n2,n4
     change n1 voters n1 n2 n3 n4
     settle
     crash n1
     heal
     elect n4
     members
     status`,
    { kept: 'n4 leader term 2', broken: 'n4 candidate term 1' },
  ),
  'votes-as-voter-only': { seed: 5 },
  'half-does-not-campaign': { seed: 5 },
  'campaigns-while-installing': follower([chunk(0, [1, 2], 2)], { broken: 'pre-vote-request' }, 40),
  // n3 has the longest log and does not know that n4, which is gone, is no voter any more.
  'learns-nothing-from-votes': script(
    `cluster n1 n2 n3 n4
     elect n1
     change n1 voters n1 n2 n3
     deliver n1>n2
     propose n1 x
     lose n1>n2 n1>n4
     deliver n1>n3
     deliver n2>n1 n3>n1
     lose n1>n2 n1>n3 n1>n4
     tick n1 2
     deliver n1>n2
     lose n1>n3 n1>n4
     crash n1
     crash n4
     elect n2
     elect n3
     status`,
    { kept: 'n3 leader term 2', broken: 'n3 candidate term 1' },
  ),
  'leads-alone': script('cluster n1 n2 n3 \n elect n1 \n cut n1 n2,n3 \n tick n1 40 \n status', {
    kept: 'n1 follower term 1',
    broken: 'n1 leader term 1',
  }),

  'appends-anything': { seed: 8 },
  'obeys-old-leaders': { seed: 106 },
  'counts-old-acknowledgements': { seed: 965 },
  'truncates-always': { seed: 1 },
  'truncates-never': { seed: 7 },
  'commits-what-anyone-holds': script(
    'cluster n1 n2 n3 \n elect n1 \n cut n1 n2,n3 \n propose n1 x \n settle',
    { broken: 'n1 applies [2@1 x]' },
  ),
  'commits-what-the-union-holds': script(`${joint}\n settle`, {
    broken: 'n1 applies [4@1 voters(n1 n4 n5) removed(n2 n3)]',
  }),
  'commits-with-learners': { seed: 3 },
  'commits-earlier-terms': golden('figure-8.txt', { broken: 'n1 applies [2@1 x]' }),
  'counts-its-log-early': { seed: 3 },
  'acknowledges-before-disk': { seed: 22 },
  // Entry 2 of n1 is of term 1, and the leader of term 2 has another one there, of which it has not heard yet.
  'commits-beyond-what-it-knows': follower(
    [{ kind: 'append', term: 2, previous: { index: 1, term: 1 }, entries: [], commit: 2 }],
    { broken: '2@1 blank' },
    0,
    [blank(1, 1), blank(2, 1)],
  ),

  'reads-alone': golden('reads.txt', {
    kept: 'n1 refuses 4: not-leader',
    broken: 'n1 may answer read 4',
  }),
  'reads-too-early': { seed: 1 },
  // The answers to round 1 come when n1 does not lead any more, and has been asked for a read.
  'reads-by-earlier-round': script(
    `cluster n1 n2 n3
     elect n1
     tick n1 2
     deliver n1>n2 n1>n3
     cut n1 n2,n3
     campaign n2
     deliver n2>n3
     deliver n3>n2
     deliver n2>n3
     read n1
     deliver n2>n1 n3>n1`,
    { broken: 'n1 may answer read 1' },
  ),
  'reads-before-applying': { seed: 1 },

  'changes-too-early': golden('membership-2015.txt', { kept: 'n2 change 3: in-progress' }),
  // n4 was asked for first, and is gone as soon as it is there.
  'changes-twice-at-once': script(
    `cluster n1 n2 n3
     elect n1
     add n4
     add n5
     cut n1 n2,n3
     change n1 voters n1 n2 n3 learners n4
     change n1 voters n1 n2 n3 learners n5
     heal
     tick n1 2
     settle`,
    { kept: 'n1 change 2: in-progress', broken: 'removed(n4)' },
  ),
  'enters-configurations-late': script('cluster n1 n2 n3 \n elect n1 \n change n1 voters n1 n2 \n settle', {
    kept: 'n1 change 1: done',
    broken: 'n1 change 1: given-up',
  }),
  'forgets-commit-index': script(
    `cluster n1 n2 n3
     elect n1
     change n1 voters n1 n2
     settle
     propose n1 x
     settle
     crash n2
     restart n2
     members`,
    { kept: 'n2 2: voters(n1 n2) removed(n3)', broken: 'n2 0: voters(n1 n2 n3)' },
  ),
  // n4 and n5 alone decide, and nobody of those who decided before has heard of it.
  'swaps-voters-at-once': script(`${joint}\n settle \n members`, {
    kept: 'n1 3: voters(n1 n4 n5) outgoing(n1 n2 n3)',
    broken: 'n1 3: voters(n1 n4 n5) removed(n2 n3)',
  }),
  'demotes-at-once': script(
    'cluster n1 n2 n3 n4 \n elect n1 \n change n1 voters n1 n2 learners n3 n4 \n settle',
    { kept: 'n1 change 1: done', broken: 'n1 change 1: given-up' },
  ),
  'validates-nothing': follower(
    [
      {
        kind: 'append',
        term: 1,
        previous: { index: 0, term: 0 },
        entries: [
          { index: 1, term: 1, payload: { kind: 'configuration', configuration: votersOnly(['n8', 'n9']) } },
        ],
        commit: 1,
      },
    ],
    { kept: 'voters n1 n2 n3', broken: 'voters n8 n9' },
  ),
  'stays-joint': golden('membership-joint-crash.txt', {
    kept: 'n4 5: voters(n1 n4 n5) removed(n2 n3)',
    broken: 'n4 3: voters(n1 n4 n5) outgoing(n1 n2 n3)',
  }),
  'promotes-laggards': golden('membership-no-catch-up.txt', {
    kept: 'n1 change 1: not-caught-up',
    broken: 'n1 3: voters(n1 n2 n3)',
  }),
  'removed-leader-stays': script(
    'cluster n1 n2 n3 \n elect n1 \n change n1 voters n2 n3 \n settle \n status',
    { kept: 'n2 leader term 2', broken: 'n1 leader term 1 leader n1 commit 2' },
  ),
  // The entry after the one that removes n2 needs nobody but n1.
  'counts-new-quorum-late': script(
    `cluster n1 n2
     elect n1
     change n1 voters n1
     deliver n1>n2
     cut n1 n2
     propose n1 x
     deliver n2>n1
     status`,
    { kept: 'n1 leader term 1 leader n1 commit 3', broken: 'n1 leader term 1 leader n1 commit 2' },
  ),
  'hands-over-to-removed': script(
    `cluster n1 n2 n3
     elect n1
     cut n1 n3
     change n1 voters n1 n2
     transfer n1 n3
     settle
     propose n1 x`,
    { kept: 'n1 writes [3@1 x]', broken: 'n1 refuses 2: not-leader' },
  ),
  'says-no-farewell': script(
    `cluster n1 n2 n3
     elect n1
     change n1 voters n1 n2
     settle
     members`,
    { kept: 'n3 2: voters(n1 n2) removed(n3)', broken: 'n3 0: voters(n1 n2 n3)' },
  ),
  'hands-over-to-laggards': script(
    `cluster n1 n2 n3
     elect n1
     cut n1 n2
     propose n1 x
     settle
     heal
     transfer n1 n2
     deliver n1>n2
     status`,
    { kept: 'n2 follower term 1', broken: 'n2 candidate term 2' },
  ),

  'installs-old-snapshots': { seed: 1 },
  // n1 has compacted its log before n4 was added.
  'installs-snapshots-of-others': script(
    `cluster n1 n2 n3
     elect n1
     propose n1 a
     settle
     snapshot n1
     add n4
     change n1 voters n1 n2 n3 learners n4
     settle`,
    { kept: 'n4 becomes its snapshot at 3@1', broken: 'n4 becomes its snapshot at 2@1' },
  ),
  'takes-chunks-in-any-order': follower(
    [chunk(0, [1, 2], 6), chunk(4, [5, 6], 6), chunk(2, [3, 4], 6), chunk(4, [5, 6], 6)],
    { kept: 'installs 1 2 3 4 5 6', broken: 'installs 1 2 5 6 3 4' },
  ),
  'snapshots-without-configuration': script(`${joint}\n snapshot n4 \n crash n4 \n restart n4 \n members`, {
    kept: 'n4 3: voters(n1 n4 n5) outgoing(n1 n2 n3)',
    broken: /n4 3: voters\(n1 n4 n5\)$/m,
  }),
};

function outcomeOf(seed: number, rules: Rules): string | null {
  try {
    new Chaos(seed, rules).run();
    return null;
  } catch (error) {
    return String(error);
  }
}

describe('the table of broken rules', () => {
  test('has a case for each, and each has a name of its own', () => {
    const names = brokenRules.map(({ name }) => name);
    expect(names.toSorted()).toEqual(Object.keys(cases).sort());
    expect(new Set(names).size).toBe(names.length);
  });

  test('breaks every rule, and every rule of a configuration at apply', () => {
    const broken = new Set(brokenRules.flatMap(({ rules }) => Object.keys(rules)));
    expect([...broken].sort()).toEqual(Object.keys(raftRules).sort());
    const numbers = new Set(brokenRules.flatMap(({ membershipRules }) => membershipRules));
    expect([...numbers].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});

describe('no node that runs', () => {
  test('can come by a broken rule', () => {
    const node = join(import.meta.dirname, '..');
    const files = readdirSync(node, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !/\.test\.ts$|^(dist|node_modules)\//.test(file),
    );
    const importers = files.filter((file) =>
      /from '[^']*(broken-rules|chaos|script)\.ts'/.test(readFileSync(join(node, file), 'utf8')),
    );
    expect(files).toContain('main.ts');
    expect(importers).toEqual([]);
  });
});

describe('a node that', () => {
  test.each(brokenRules.map((rule) => [`${rule.does} (${rule.source})`, rule] as const))(
    '%s',
    (_what, { name, rules }) => {
      const shown = cases[name];
      if (shown === undefined) throw new Error(`there is no case for ${name}`);
      if ('seed' in shown) {
        expect(outcomeOf(shown.seed, raftRules)).toBeNull();
        const seeds = Array.from({ length: maxSeeds }, (_, at) => shown.seed + at);
        const caught = seeds.find((seed) => outcomeOf(seed, { ...raftRules, ...rules }) !== null);
        expect(caught).toBeDefined();
        return;
      }
      const [kept, broken] = [shown.scene(raftRules), shown.scene({ ...raftRules, ...rules })];
      expect(shown.kept ?? shown.broken).toBeDefined();
      if (shown.kept !== undefined) {
        expect(kept).toContain(shown.kept);
        expect(broken).not.toContain(shown.kept);
      }
      if (shown.broken !== undefined) {
        expect(broken).toMatch(shown.broken);
        expect(kept).not.toMatch(shown.broken);
      }
    },
    600_000,
  );
});
