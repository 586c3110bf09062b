import { describe, expect, test } from '@jest/globals';
import type { Message, Outgoing } from '../core/messages.ts';
import { CommitNews } from './commit-news.ts';

const append = (to: string, commit: number, entries = 0): Outgoing => ({
  to,
  message: {
    kind: 'append',
    term: 1,
    previous: { index: commit, term: 1 },
    entries: Array.from({ length: entries }, (_, at) => ({
      index: commit + at + 1,
      term: 1,
      payload: { kind: 'blank' },
    })),
    commit,
  },
});
const heartbeat: Message = { kind: 'heartbeat', term: 1, round: 1, commit: 1, sent: 1 };

describe('news of what is committed', () => {
  test('waits for the tick where nobody waits for it, the latest in place of the earlier', () => {
    const news = new CommitNews();
    expect(news.pass([append('n2', 1), append('n3', 1)])).toEqual([]);
    expect(news.pass([append('n2', 2)])).toEqual([]);
    expect(news.takeAll()).toEqual([append('n2', 2), append('n3', 1)]);
    expect(news.takeAll()).toEqual([]);
  });

  test('goes along with whatever goes to the same peer', () => {
    const news = new CommitNews();
    news.pass([append('n2', 1), append('n3', 1)]);
    const beat = { to: 'n2', message: heartbeat };
    expect(news.pass([beat, append('n3', 2)])).toEqual([beat, append('n2', 1)]);
    expect(news.takeAll()).toEqual([append('n3', 2)]);
  });

  test('leaves at once for a peer whose clients wait, until the last of them can know', () => {
    const news = new CommitNews();
    news.forwarded('n2', 5);
    expect(news.pass([append('n2', 4), append('n3', 4)])).toEqual([append('n2', 4)]);
    expect(news.pass([append('n2', 5)])).toEqual([append('n2', 5)]);
    expect(news.pass([append('n2', 6)])).toEqual([]);
  });

  test('appends with entries never wait', () => {
    const news = new CommitNews();
    expect(news.pass([append('n2', 1, 1)])).toEqual([append('n2', 1, 1)]);
  });
});
