/** A node's disk: a volume, and in it a directory that any user of the container may write. */
import type Docker from 'dockerode';

const mountPoint = '/data';

/** More than this is not measured: the whole content has to come through the engine's door. */
const measuredBytesMax = 256 * 1024 * 1024;

/** `RAFT_DATA`. A directory in the volume, because the volume's own belongs to root, and a node without capabilities may be anyone. */
export const dataDirectory = `${mountPoint}/node`;

/** Mounts `volume` for `HostConfig.Binds`, not filled from the image. */
export function bindOf(volume: string): string {
  return `${volume}:${mountPoint}:rw,nocopy`;
}

/** Makes `dataDirectory`, with mode 0777, in a container that exists; leaves what it holds alone. */
export async function makeDataDirectory(container: Docker.Container): Promise<void> {
  await container.putArchive(directoryArchive('node/'), { path: mountPoint });
}

/** Bytes of the files in `dataDirectory`, each rounded up as tar does it, or undefined where there are more than are measured. */
export async function measureDataDirectory(container: Docker.Container): Promise<number | undefined> {
  const archive = await container.getArchive({ path: dataDirectory });
  let bytes = 0;
  for await (const chunk of archive) {
    bytes += Buffer.byteLength(chunk);
    if (bytes > measuredBytesMax) return undefined;
  }
  return bytes;
}

const blockBytes = 512;

/** A tar with one directory of mode 0777: a header with its checksum, and two empty blocks for the end. */
function directoryArchive(name: string): Buffer {
  const archive = Buffer.alloc(3 * blockBytes);
  const put = (offset: number, text: string): number => archive.write(text, offset, 'latin1');
  put(0, name);
  put(100, '0000777\0');
  put(108, '0000000\0');
  put(116, '0000000\0');
  put(124, '00000000000\0');
  put(136, '00000000000\0');
  put(148, ' '.repeat(8));
  put(156, '5');
  put(257, 'ustar\x0000');
  const sum = archive.subarray(0, blockBytes).reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return archive;
}
