import { describe, expect, test } from '@jest/globals';
import { clientRoute, registersGenerator, type RegisterRequest } from './index.ts';

function draw(seed: number, count: number): RegisterRequest[] {
  const generator = registersGenerator({ seed, clients: 4, keys: 3 });
  return Array.from({ length: count }, (_, i) => {
    const request = generator.next(i % 4);
    if (request.f === 'write') generator.saw(request.key, request.value);
    return request;
  });
}

describe('the register workload', () => {
  test('is a function of its seed', () => {
    expect(draw(7, 500)).toEqual(draw(7, 500));
    expect(draw(7, 500)).not.toEqual(draw(8, 500));
  });

  test('never writes a value twice', () => {
    const values = draw(1, 5_000).flatMap((request) =>
      request.f === 'write' ? [request.value] : request.f === 'cas' ? [request.to] : [],
    );
    expect(values.length).toBeGreaterThan(2_000);
    expect(new Set(values).size).toBe(values.length);
  });

  test('reads about two operations of five, and compares in a third of the writes', () => {
    const requests = draw(2, 10_000);
    const share = (f: RegisterRequest['f']) =>
      requests.filter((request) => request.f === f).length / requests.length;
    expect(share('read')).toBeGreaterThan(0.38);
    expect(share('read')).toBeLessThan(0.46);
    expect(share('cas') / (share('cas') + share('write'))).toBeCloseTo(1 / 3, 1);
  });

  test('compares with what clients last saw, and now and then with what they saw before', () => {
    const generator = registersGenerator({ seed: 3, clients: 1, keys: 1 });
    generator.saw('x0', 'old');
    generator.saw('x0', 'new');
    const expected = new Set<string | null>();
    for (let i = 0; i < 1_000; i += 1) {
      const request = generator.next(0);
      if (request.f === 'cas') expected.add(request.from);
    }
    expect(expected).toEqual(new Set(['new', 'old']));
  });

  test("a client's requests do not shift with the answers of another", () => {
    const shapes = (answers: boolean) => {
      const generator = registersGenerator({ seed: 5, clients: 2, keys: 2 });
      return Array.from({ length: 300 }, (_, i) => {
        if (answers) generator.saw(`x${i % 2}`, `seen-${i}`);
        const { f, key } = generator.next(i % 2);
        return `${f} ${key}`;
      });
    };
    expect(shapes(true)).toEqual(shapes(false));
  });

  test('refuses a client that is not one of its own', () => {
    expect(() => registersGenerator({ seed: 1, clients: 2, keys: 1 }).next(2)).toThrow(
      'client 2 is not one of the 2',
    );
  });
});

describe('routes', () => {
  const nodes = ['n1', 'n2', 'n3'];

  test('pin two thirds of the clients to the nodes in turn, and let the others follow the leader', () => {
    const routes = Array.from({ length: 9 }, (_, client) => clientRoute(client, 9, nodes));
    expect(routes.filter(({ kind }) => kind === 'leader')).toHaveLength(3);
    for (const node of nodes)
      expect(routes.filter((route) => route.kind === 'pinned' && route.node === node)).toHaveLength(2);
  });

  test('pin a client to every node before any follows the leader', () => {
    expect([0, 1, 2].map((client) => clientRoute(client, 3, nodes))).toEqual(
      nodes.map((node) => ({ kind: 'pinned', node })),
    );
    expect(clientRoute(3, 4, nodes)).toEqual({ kind: 'leader' });
  });
});
