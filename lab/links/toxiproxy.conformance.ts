/** The same cases for our proxy and for Toxiproxy itself: what the API answers, and what happens to bytes. */
import { afterAll, beforeAll, describe } from '@jest/globals';
import { Api } from './testdata/api.ts';
import { describeApi } from './toxiproxy-api.conformance.ts';
import { describeStreams, type Quirks } from './toxiproxy-streams.conformance.ts';

export interface RunningProxy extends AsyncDisposable {
  /** Of the API, such as `http://127.0.0.1:8474`. */
  readonly url: string;
}

export function describeToxiproxy(name: string, start: () => Promise<RunningProxy>, quirks: Quirks): void {
  describe(name, () => {
    let proxy: RunningProxy;
    let api: Api;
    beforeAll(async () => {
      proxy = await start();
      api = new Api(proxy.url);
    });
    afterAll(async () => {
      await proxy[Symbol.asyncDispose]();
    });

    describe('its API', () => describeApi(() => api));
    describe('its streams', () => describeStreams(() => api, quirks));
  });
}
