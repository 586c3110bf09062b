/** What a container of a run may use, and what it may not do. */
import type { HostConfig } from 'dockerode';

const memoryBytes = 512 * 1024 * 1024;
/** Processes and threads together: Node takes a dozen, a Java virtual machine about a hundred. */
const processesMax = 512;
/** With one, Node's own helper threads would eat up its quota and freeze it for most of a heartbeat. */
const cpusMax = 2;
const openFilesMax = 4_096;
const temporaryBytes = 64 * 1024 * 1024;

/** Read-only root, no capability, no way to gain one, and bounds for what a runaway node could take from its neighbours. */
export const hardened: HostConfig = {
  ReadonlyRootfs: true,
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges:true'],
  Memory: memoryBytes,
  MemorySwap: memoryBytes,
  PidsLimit: processesMax,
  Ulimits: [{ Name: 'nofile', Soft: openFilesMax, Hard: openFilesMax }],
  Tmpfs: { '/tmp': `rw,nosuid,nodev,size=${temporaryBytes},mode=1777` },
  // Output goes to the lab over the attached stream; a second copy in the engine's files would only fill its disk.
  LogConfig: { Type: 'none', Config: {} },
  RestartPolicy: { Name: 'no' },
};

/** A node's processor time, which an engine refuses to set higher than what it has. */
export function processorLimit(engineCpus: number): HostConfig {
  return { NanoCpus: Math.min(cpusMax, engineCpus) * 1e9 };
}
