import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { PropertyResult } from '../verdict/property.ts';
import { judge, type Judgement } from '../verdict/verdict.ts';
import { renderHtml } from './html.ts';
import { renderJunit } from './junit.ts';
import { renderResults } from './results.ts';
import { renderSummary } from './summary.ts';
import { smallRun, smallRunInfo as info } from './testdata/small-run.ts';
import { writeReports } from './write-reports.ts';

const bad = smallRun({ stale: true });
const judgement = judge(bad);
const results = renderResults(judgement, bad, info);

function withProperties(...properties: PropertyResult[]): Judgement {
  return { verdict: 'undecided', exitCode: 3, properties, notJudged: [], coverage: [] };
}

describe('results.json', () => {
  test('holds the verdict, its evidence and the numbers', () => {
    expect(results).toMatchObject({
      version: 1,
      verdict: 'fail',
      exitCode: 1,
      seed: 1903,
      cluster: 'process',
      nodes: 3,
      operations: { ok: 159, fail: 1, info: 1, total: 161 },
      coverage: [{ name: 'fault:kill', needed: 1, seen: 1 }],
      durationsMs: { start: 100, run: 1_900, check: 12 },
      notJudged: [{ name: 'available' }, { name: 'membership' }, { name: 'compaction' }],
    });
    expect(results.properties[0]).toMatchObject({ name: 'linearizable', verdict: 'fail' });
    expect(results.properties[0]?.evidence[0]?.summary).toContain('v200');
  });

  test('measures answers from call to completion', () => {
    expect(results.latencyMs.write).toMatchObject({ count: 79 });
    expect(results.latencyMs.write?.p50).toBeCloseTo(6, 1);
    expect(results.latencyMs.read?.p50).toBeCloseTo(5, 1);
    expect(results.latencyMs.cas).toBeUndefined();
  });

  test('survives being written and read', () => {
    expect(JSON.parse(JSON.stringify(results))).toEqual(results);
  });
});

describe('junit.xml', () => {
  const one = (verdict: PropertyResult['verdict'], concern: PropertyResult['concern']): PropertyResult => ({
    name: 'p',
    verdict,
    concern,
    evidence: [{ summary: 'a < b & "c"\u0001', events: [], details: ['<x>'] }],
  });
  const xmlOf = (property: PropertyResult) => renderJunit(withProperties(property), results);

  test('a violation is a failure, doubt and faults of the lab are errors', () => {
    expect(xmlOf(one('fail', 'safety'))).toContain('<failure type="safety"');
    expect(xmlOf(one('fail', 'liveness'))).toContain('<failure type="liveness"');
    expect(xmlOf(one('undecided', 'safety'))).toContain('<error type="undecided"');
    expect(xmlOf(one('fail', 'lab'))).toContain('<error type="lab"');
    expect(xmlOf(one('pass', 'safety'))).not.toMatch(/<failure|<error/);
  });

  test('what could not be judged is skipped, with the reason', () => {
    expect(renderJunit(judgement, results)).toContain(
      '<skipped message="no node lists the feature &quot;snapshot&quot;"/>',
    );
  });

  test('escapes what nodes say', () => {
    const xml = xmlOf(one('fail', 'safety'));
    expect(xml).toContain('message="a &lt; b &amp; &quot;c&quot;\ufffd"');
    expect(xml).toContain('  &lt;x&gt;');
  });

  test('counts', () => {
    expect(renderJunit(judgement, results)).toMatch(
      /<testsuites name="raft-lab" tests="12" failures="1" errors="2" skipped="3"/,
    );
  });
});

describe('the last screen', () => {
  test('says the verdict, the evidence, where the report is and how to see it again', () => {
    const text = renderSummary(judgement, results, info, { colour: false });
    expect(text).toMatch(/^\nFAIL A promise was broken\.\n/);
    expect(text).toMatch(/✗ linearizable +\S.*on key x/);
    expect(text).toContain('v200');
    expect(text).toContain('report    store/20260102T030405-node/report.html');
    expect(text).toContain('again     raft-lab check store/20260102T030405-node');
    expect(text).toContain('replay    raft-lab test --seed 1903');
    expect(text).not.toContain('\u001b');
  });

  test('beside a failure, what is undecided is only named; alone, it is explained', () => {
    const text = renderSummary(judgement, results, info, { colour: false });
    expect(text).toContain('  ? every-voter-counts, budget');
    const good = smallRun({ stale: false });
    const doubtful = judge(good);
    const alone = renderSummary(doubtful, renderResults(doubtful, good, info), info, { colour: false });
    expect(alone).toMatch(/^\nUNDECIDED /);
    expect(alone).toContain('n1 was never cut off for the final reads.');
  });

  test('sentences are broken to fit', () => {
    const text = renderSummary(judgement, results, info, { colour: false, columns: 60 });
    const long = text
      .split('\n')
      .filter((line) => line.length > 60 && !/^ {2}(report|again|replay|answered|latency)/.test(line));
    expect(long).toEqual([]);
  });

  test('has colours when asked', () => {
    expect(renderSummary(judgement, results, info, { colour: true })).toContain('\u001b[41m');
  });
});

describe('report.html', () => {
  test('tells of the violation, with a picture of it', () => {
    const html = renderHtml(judgement, bad, results, info);
    expect(html).toContain('<h1>fail</h1>');
    expect(html).toMatch(/<svg class="picture"/);
    expect(html).toContain('read x → &quot;v200&quot;');
    expect(html).toMatch(/data-lines="\[\d+(,\d+)*\]"/);
  });

  test('loads nothing from anywhere', () => {
    const html = renderHtml(judgement, bad, results, info);
    expect(html).not.toMatch(/(src|href)=|@import|url\(|https?:\/\//);
  });

  test('what nodes and users say cannot become markup', () => {
    const evil = '</script><script>alert(1)</script><!--';
    const run = {
      plan: bad.plan,
      history: bad.history.map((event) =>
        event.f === 'write' ? { ...event, value: `${evil}${event.value}`, error: evil } : event,
      ),
    };
    const evilJudgement = withProperties({
      name: 'alive',
      verdict: 'fail',
      concern: 'safety',
      evidence: [{ summary: evil, events: [], details: [evil] }],
    });
    const html = renderHtml(evilJudgement, run, results, { ...info, node: evil, notes: [evil] });
    expect(html).not.toContain(evil);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
  });

  test('a run that ended before anything happened has a page too', () => {
    const run = { plan: bad.plan, history: [] };
    const none = judge(run);
    expect(renderHtml(none, run, renderResults(none, run, info), info)).toContain('<h1>undecided</h1>');
  });
});

describe('writing', () => {
  test('puts the three files into the directory', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'raft-lab-report-'));
    try {
      await writeReports(directory, judgement, bad, info);
      expect((await readdir(directory)).toSorted()).toEqual(['junit.xml', 'report.html', 'results.json']);
      expect(JSON.parse(await readFile(join(directory, 'results.json'), 'utf8'))).toEqual(results);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('a directory that cannot take them is the store’s error', async () => {
    const nowhere = join(tmpdir(), 'raft-lab-no-such-directory', 'run');
    await expect(writeReports(nowhere, judgement, bad, info)).rejects.toMatchObject({ code: 'store' });
  });
});
