import { describe, expect, test } from '@jest/globals';
import { clientRoles, registersGenerator, type ClientRole, type RegisterRequest } from './index.ts';

const alike = (clients: number): ClientRole[] =>
  Array.from({ length: clients }, () => ({ route: { kind: 'leader' }, readShare: 0.42 }));

function draw(seed: number, count: number): RegisterRequest[] {
  const generator = registersGenerator({ seed, roles: alike(4), keys: 3 });
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
    const generator = registersGenerator({ seed: 3, roles: alike(1), keys: 1 });
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
      const generator = registersGenerator({ seed: 5, roles: alike(2), keys: 2 });
      return Array.from({ length: 300 }, (_, i) => {
        if (answers) generator.saw(`x${i % 2}`, `seen-${i}`);
        const { f, key } = generator.next(i % 2);
        return `${f} ${key}`;
      });
    };
    expect(shapes(true)).toEqual(shapes(false));
  });

  test('refuses a client that is not one of its own', () => {
    expect(() => registersGenerator({ seed: 1, roles: alike(2), keys: 1 }).next(2)).toThrow(
      'client 2 is not one of the 2',
    );
  });
});

describe('roles', () => {
  const nodes = ['n1', 'n2', 'n3'];
  const routesOf = (clients: number) =>
    clientRoles(clients, nodes).map(({ route }) => (route.kind === 'pinned' ? route.node : 'leader'));

  test('pin two clients to each node, one of which only reads, and let the others follow the leader', () => {
    expect(routesOf(8)).toEqual(['n1', 'n2', 'n3', 'n1', 'n2', 'n3', 'leader', 'leader']);
    expect(clientRoles(8, nodes).map(({ readShare }) => readShare === 1)).toEqual([
      ...[false, false, false],
      ...[true, true, true],
      ...[false, false],
    ]);
  });

  test('pin a client to every node before any follows the leader, and have no readers where clients are few', () => {
    expect(routesOf(4)).toEqual(['n1', 'n2', 'n3', 'leader']);
    expect(clientRoles(4, nodes).every(({ readShare }) => readShare < 1)).toBe(true);
  });

  test.each([3, 6, 9, 12])('read about two operations of five with %i clients', (clients) => {
    const roles = clientRoles(clients, nodes);
    const mean = roles.reduce((sum, { readShare }) => sum + readShare, 0) / clients;
    expect(mean).toBeGreaterThan(0.3);
    expect(mean).toBeLessThan(0.6);
  });
});
