/** Reads request bodies as Toxiproxy does: unknown fields are ignored, missing ones have a default, and a field of the wrong type is refused. */
import { z } from 'zod';
import { ApiError } from './api-error.ts';
import type { ProxyInput } from './collection.ts';
import type { Proxy, ProxySettings } from './proxy.ts';
import { isToxicType, toxicAttributes, type Toxic } from './toxic.ts';

const proxyBody = z.object({
  name: z.string().default(''),
  listen: z.string().default(''),
  upstream: z.string().default(''),
  enabled: z.boolean().default(true),
});
const proxyUpdateBody = z.object({
  listen: z.string().optional(),
  upstream: z.string().optional(),
  enabled: z.boolean().optional(),
});
const attributesBody = z.record(z.string(), z.unknown()).default({});
const toxicBody = z.object({
  name: z.string().default(''),
  type: z.string().default(''),
  stream: z.string().default('downstream'),
  toxicity: z.number().default(1),
  attributes: attributesBody,
});
const toxicUpdateBody = z.object({ toxicity: z.number().optional(), attributes: attributesBody });
const wholeNumber = z.int();

export function readProxy(body: unknown): ProxyInput {
  const input = read(proxyBody, body);
  if (input.name === '') throw new ApiError(400, 'missing required field: name');
  if (input.upstream === '') throw new ApiError(400, 'missing required field: upstream');
  return { ...input, listen: input.listen === '' ? ':0' : input.listen };
}

/** Every proxy of the list is read before any is made. */
export function readProxies(body: unknown): ProxyInput[] {
  return read(z.array(z.unknown()), body).map((item, index) => {
    const input = read(proxyBody, item);
    if (input.name === '') throw new ApiError(400, `missing required field: name at proxy ${index + 1}`);
    if (input.upstream === '')
      throw new ApiError(400, `missing required field: upstream at proxy ${index + 1}`);
    return readProxy(item);
  });
}

export function readProxyUpdate(body: unknown, proxy: Proxy): ProxySettings {
  const { listen, upstream, enabled } = read(proxyUpdateBody, body);
  return {
    listen: listen ?? proxy.listen,
    upstream: upstream ?? proxy.upstream,
    enabled: enabled ?? proxy.enabled,
  };
}

export function readToxic(body: unknown): Toxic {
  const { name, type, stream, toxicity, attributes } = read(toxicBody, body);
  if (stream !== 'upstream' && stream !== 'downstream') {
    throw new ApiError(400, 'stream was invalid, can be either upstream or downstream');
  }
  if (!isToxicType(type)) throw new ApiError(400, 'invalid toxic type');
  const toxic = {
    name: name === '' ? `${type}_${stream}` : name,
    type,
    stream,
    toxicity,
    attributes: Object.fromEntries(toxicAttributes[type].map((attribute) => [attribute, 0])),
  } as Toxic;
  assignAttributes(toxic, attributes);
  return toxic;
}

/** Changes the toxicity and those attributes that the body names. */
export function changeToxic(toxic: Toxic, body: unknown): void {
  const { toxicity, attributes } = read(toxicUpdateBody, body);
  assignAttributes(toxic, attributes);
  toxic.toxicity = toxicity ?? toxic.toxicity;
}

function assignAttributes(toxic: Toxic, given: Readonly<Record<string, unknown>>): void {
  const named = toxicAttributes[toxic.type].filter((attribute) => given[attribute] !== undefined);
  const values = named.map((attribute) => [attribute, read(wholeNumber, given[attribute], attribute)]);
  Object.assign(toxic.attributes, Object.fromEntries(values));
}

function read<Output>(schema: z.ZodType<Output>, body: unknown, field?: string): Output {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = field ?? issue?.path.join('.') ?? '';
  throw new ApiError(
    400,
    `bad request body: ${path === '' ? '' : `${path}: `}${issue?.message ?? 'unreadable'}`,
  );
}
