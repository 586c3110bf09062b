/** `junit.xml`: each property is a test case. A violation is a failure; doubt, or a fault of the lab, is an error: nobody's node is to blame. */
import type { Evidence, PropertyResult } from '../verdict/property.ts';
import type { Judgement } from '../verdict/verdict.ts';
import { escaped } from './escape.ts';
import type { Results } from './results.ts';

export function renderJunit(judgement: Judgement, results: Results): string {
  const cases = [
    ...judgement.properties.map((property) => testCase(results.run, property)),
    ...judgement.notJudged.map(({ name, notJudged }) => ({
      kind: 'skipped' as const,
      xml: element(results.run, name, `<skipped message="${escaped(notJudged)}"/>`),
    })),
  ];
  const count = (kind: Kind): number => cases.filter((one) => one.kind === kind).length;
  const seconds = (
    (results.durationsMs.start + results.durationsMs.run + results.durationsMs.check) /
    1_000
  ).toFixed(3);
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${seconds}"`;
  const facts = {
    verdict: results.verdict,
    seed: results.seed,
    cluster: results.cluster,
    nodes: results.nodes,
    node: results.node,
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="raft-lab" ${counts}>`,
    `  <testsuite name="${escaped(results.run)}" ${counts}>`,
    '    <properties>',
    ...Object.entries(facts).map(
      ([name, value]) => `      <property name="${name}" value="${escaped(String(value))}"/>`,
    ),
    '    </properties>',
    ...cases.map(({ xml }) => xml),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

type Kind = 'passed' | 'failure' | 'error' | 'skipped';

function testCase(run: string, property: PropertyResult): { readonly kind: Kind; readonly xml: string } {
  const kind = kindOf(property);
  if (kind === 'passed') return { kind, xml: element(run, property.name, '') };
  const [first] = property.evidence;
  const type = property.verdict === 'undecided' ? 'undecided' : property.concern;
  const text = escaped(property.evidence.map(paragraph).join('\n\n'));
  const inner = `<${kind} type="${type}" message="${escaped(first?.summary ?? property.verdict)}">${text}</${kind}>`;
  return { kind, xml: element(run, property.name, inner) };
}

function kindOf({ verdict, concern }: PropertyResult): 'passed' | 'failure' | 'error' {
  switch (verdict) {
    case 'pass':
      return 'passed';
    case 'undecided':
      return 'error';
    case 'fail':
      return concern === 'safety' || concern === 'liveness' ? 'failure' : 'error';
  }
}

function element(run: string, name: string, inner: string): string {
  const attributes = `classname="${escaped(run)}" name="${escaped(name)}"`;
  return inner === '' ? `    <testcase ${attributes}/>` : `    <testcase ${attributes}>${inner}</testcase>`;
}

function paragraph({ summary, details = [] }: Evidence): string {
  return [summary, ...details.map((line) => `  ${line}`)].join('\n');
}
