/** A wrong node: of its disk it remembers term and vote when it starts, but not the log (Raft, figure 2). */
import { referenceComposition, runNode } from '../index.ts';
import type { OpenStorage } from '../storage/storage.ts';

const openStorage: OpenStorage = async (options) => {
  const { log, recovered } = await referenceComposition.openStorage(options);
  const { index } = recovered.base;
  const hardState = { ...recovered.hardState, commit: index };
  log.append({ base: null, truncateFrom: index + 1, entries: [], hardState }, () => undefined);
  return { log, recovered: { ...recovered, hardState, entries: [] } };
};

await runNode({ ...referenceComposition, openStorage });
