/** What a client asks of the registers, as it stands in the log. */
import { ByteReader, ByteWriter, MalformedBytes } from '../encoding/bytes.ts';

export type Operation =
  | { readonly kind: 'write'; readonly key: string; readonly value: string }
  | { readonly kind: 'cas'; readonly key: string; readonly from: string | null; readonly to: string };

/** An idempotency key, `<client>/<n>`. */
export interface SessionKey {
  readonly client: string;
  readonly number: number;
}

export interface Command {
  /** The life of the node that a client asked, and its number for the request: how that node knows the entry again. */
  readonly life: number;
  readonly request: number;
  readonly session: SessionKey | null;
  readonly operation: Operation;
}

const kinds = ['write', 'cas'] as const satisfies Operation['kind'][];

export function encodeCommand({ life, request, session, operation }: Command): Uint8Array {
  const writer = new ByteWriter(256);
  writer.u48(life);
  writer.u48(request);
  writer.flag(session !== null);
  if (session !== null) {
    writer.text(session.client);
    writer.u53(session.number);
  }
  writer.u8(kinds.indexOf(operation.kind));
  writer.text(operation.key);
  if (operation.kind === 'write') writer.text(operation.value);
  else {
    writer.optionalText(operation.from);
    writer.text(operation.to);
  }
  return writer.finish();
}

/** @throws MalformedBytes when the bytes are no command. */
export function decodeCommand(bytes: Uint8Array): Command {
  const reader = new ByteReader(bytes);
  const life = reader.u48();
  const request = reader.u48();
  const session = reader.flag() ? { client: reader.text(), number: reader.u53() } : null;
  const operation = readOperation(reader);
  reader.end();
  return { life, request, session, operation };
}

function readOperation(reader: ByteReader): Operation {
  const code = reader.u8();
  const kind = kinds[code];
  const key = reader.text();
  if (kind === undefined) throw new MalformedBytes(`expected the kind of an operation, saw ${code}`);
  switch (kind) {
    case 'write':
      return { kind, key, value: reader.text() };
    case 'cas':
      return { kind, key, from: reader.optionalText(), to: reader.text() };
  }
}
