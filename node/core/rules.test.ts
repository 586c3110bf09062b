/** What each rule is for: with the rule the script is safe, and without it the same script breaks a promise of Raft. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Rules } from './rules.ts';
import { raftRules } from './rules.ts';
import { ScriptedCluster } from './script.ts';

function play(script: string, broken: Partial<Rules>): string {
  const path = join(import.meta.dirname, 'testdata', script);
  const cluster = new ScriptedCluster({ ...raftRules, ...broken });
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('> '))
    .flatMap((line) => cluster.run(line.slice(2)))
    .join('\n');
}

describe('rules', () => {
  test('an entry of an earlier term is not committed by counting (figure 8)', () => {
    const replaced = 'n5 applies [2@2 blank, 3@4 blank]';
    expect(play('figure-8.txt', {})).not.toContain('n1 applies [2@1 x]');
    expect(play('figure-8.txt', {})).toContain(replaced);
    const broken = play('figure-8.txt', { mayCommit: () => true });
    expect(broken).toContain('n1 applies [2@1 x]');
    expect(broken).toContain(replaced);
  });

  test('a deposed leader answers no read', () => {
    expect(play('reads.txt', {})).toContain('n1 refuses 4: not-leader');
    expect(play('reads.txt', { readsNeedRound: () => false })).toContain('n1 may answer read 4');
  });

  test('a candidate whose log lacks committed entries gets no vote', () => {
    const script = [
      'cluster n1 n2 n3',
      'elect n1',
      'cut n3 n1,n2',
      'propose n1 x',
      'settle',
      'crash n1',
      'heal',
    ];
    const elect = (rules: Rules): string => {
      const cluster = new ScriptedCluster(rules);
      for (const line of script) cluster.run(line);
      cluster.run('elect n3');
      return cluster.run('status').join('\n');
    };
    expect(elect(raftRules)).not.toContain('n3 leader');
    expect(() => elect({ ...raftRules, isUpToDate: () => true })).toThrow(/nothing committed is cut/);
  });

  test('a node votes once a term', () => {
    const elect = (rules: Rules): string => {
      const cluster = new ScriptedCluster(rules);
      cluster.run('cluster n1 n2 n3');
      // n1 and n2 both pass the pre-vote, and ask n3 in the same term.
      for (const id of ['n1', 'n2']) {
        cluster.run(`tick ${id} 20`);
        cluster.run(`deliver ${id}>n3`);
      }
      cluster.run('deliver n3>n1 n3>n2');
      cluster.run('cut n1 n2');
      cluster.run('settle');
      return cluster.run('status').join('\n');
    };
    expect(elect(raftRules).match(/ leader term 1 /g)).toHaveLength(1);
    expect(() => elect({ ...raftRules, mayVote: () => true })).toThrow(/term 1 has one leader/);
  });

  test('a quorum is a majority', () => {
    const commit = (rules: Rules): string => {
      const cluster = new ScriptedCluster(rules);
      for (const line of ['cluster n1 n2 n3', 'elect n1', 'cut n1 n2,n3']) cluster.run(line);
      return cluster.run('propose n1 x').join('\n');
    };
    expect(commit(raftRules)).not.toContain('n1 applies');
    const anyone: Rules['replicatedIndex'] = ({ voters }, matchOf) => Math.max(...voters.map(matchOf));
    expect(commit({ ...raftRules, replicatedIndex: anyone })).toContain('n1 applies [2@1 x]');
  });
});
