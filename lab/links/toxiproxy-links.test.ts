import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { ProxyProcess } from './built-in/proxy-process.ts';
import type { LinkRule } from './links.ts';
import { Api, type ProxyBody } from './testdata/api.ts';
import { connectToxiproxy } from './toxiproxy-client.ts';
import { pairOf, ToxiproxyLinks } from './toxiproxy-links.ts';
import type { DirectedProxy } from './toxics-of.ts';

const directed: DirectedProxy[] = [
  ['clients', 'n1'],
  ['clients', 'n2'],
  ['observer', 'n1'],
  ['n1', 'n2'],
  ['n2', 'n1'],
].map(([from = '', to = '']) => ({
  name: pairOf(from, to),
  from,
  to,
  listen: '127.0.0.1:0',
  upstream: '127.0.0.1:9',
}));
const cut: LinkRule[] = [{ flow: { from: 'n1', to: 'n2' }, effect: { kind: 'black-hole' } }];

describe('links', () => {
  let proxy: ProxyProcess;
  let links: ToxiproxyLinks;
  let api: Api;
  beforeEach(async () => {
    proxy = await ProxyProcess.start(0);
    api = new Api(proxy.url);
    links = await ToxiproxyLinks.create(connectToxiproxy(proxy.url), directed);
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
  });

  const proxies = async (): Promise<Record<string, ProxyBody>> =>
    (await api.expect(200, 'GET', '/proxies')).body as Record<string, ProxyBody>;
  const enabled = async (): Promise<string[]> =>
    Object.values(await proxies())
      .filter((one) => one.enabled)
      .map(({ name }) => name);
  const toxics = async (): Promise<string[]> =>
    Object.values(await proxies()).flatMap(({ name, toxics: of }) => of.map(() => name));

  test('to a node are closed until it is there, and while it is not', async () => {
    expect(await enabled()).toEqual([]);
    await links.resume('n1');
    expect(await enabled()).toEqual(['clients~n1', 'n2~n1', 'observer~n1']);
    await links.resume('n2');
    await links.suspend('n1');
    expect(await enabled()).toEqual(['clients~n2', 'n1~n2']);
  });

  test('stay closed to a node that is not there, whatever is lifted meanwhile', async () => {
    await links.resume('n2');
    await links.impose('cut', cut);
    await links.suspend('n2');
    await links.reset();
    expect(await toxics()).toEqual([]);
    expect(await enabled()).toEqual([]);
  });

  test('keep their faults while a node is away', async () => {
    await links.impose('cut', cut);
    await links.suspend('n2');
    await links.resume('n2');
    expect(await toxics()).toEqual(['n1~n2', 'n2~n1']);
    await links.lift('cut');
    expect(await toxics()).toEqual([]);
  });

  test('count the same fault twice when it is imposed twice', async () => {
    await links.impose('one', [...cut, ...cut]);
    await links.impose('two', cut);
    expect(await toxics()).toHaveLength(6);
    await links.lift('one');
    expect(await toxics()).toHaveLength(2);
  });

  test('that do not exist cannot be cut, and nothing is', async () => {
    const rules: LinkRule[] = [...cut, { flow: { from: 'n1', to: 'n9' }, effect: { kind: 'close' } }];
    await expect(links.impose('cut', rules)).rejects.toMatchObject({
      code: 'links',
      message: 'there is no link from n1 to n9',
    });
    expect(await toxics()).toEqual([]);
    // The name is free: nothing was imposed under it.
    await links.impose('cut', cut);
  });

  test('can be healed after a cut that failed halfway', async () => {
    await api.expect(204, 'DELETE', '/proxies/n2~n1');
    await expect(links.impose('cut', cut)).rejects.toMatchObject({
      name: 'LabError',
      code: 'links',
      message: expect.stringMatching(/refused with 404: .*proxy not found/) as unknown,
    });
    await links.lift('cut');
    expect(await toxics()).toEqual([]);
  });

  test('say so when their proxy is gone', async () => {
    await proxy[Symbol.asyncDispose]();
    await expect(links.impose('cut', cut)).rejects.toMatchObject({
      code: 'links',
      message: expect.stringContaining('ECONNREFUSED') as unknown,
    });
  });
});

test('a proxy that does not answer holds nobody up for long', async () => {
  const silent: Server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  await expect(connectToxiproxy(url).getVersion()).rejects.toMatchObject({
    code: 'links',
    message: `GET ${url}/version on the links' proxy failed: no answer within 2000 ms`,
  });
  silent.closeAllConnections();
  silent.close();
});
