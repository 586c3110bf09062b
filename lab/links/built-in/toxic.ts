/** What a toxic is, as Toxiproxy 2.12 words it: a type, the direction it works in, and attributes which are whole numbers. */

export type Stream = 'upstream' | 'downstream';

/** The attributes of each type, in the order in which Toxiproxy writes them; one that is not given is 0. */
export const toxicAttributes = {
  latency: ['latency', 'jitter'],
  bandwidth: ['rate'],
  slow_close: ['delay'],
  timeout: ['timeout'],
  reset_peer: ['timeout'],
  slicer: ['average_size', 'size_variation', 'delay'],
  limit_data: ['bytes'],
} as const;

export type ToxicType = keyof typeof toxicAttributes;

type AttributesOf<Type extends ToxicType> = Record<(typeof toxicAttributes)[Type][number], number>;

/**
 * One toxic of one proxy. The stages that carry it out on each connection read `attributes` afresh for every decision, so that an
 * update takes effect on connections that live.
 */
export type Toxic = {
  [Type in ToxicType]: {
    readonly name: string;
    readonly type: Type;
    readonly stream: Stream;
    /** The probability, 0 to 1, that a connection is affected; drawn for each connection by itself. */
    toxicity: number;
    readonly attributes: AttributesOf<Type>;
  };
}[ToxicType];

export type ToxicOf<Type extends ToxicType> = Extract<Toxic, { readonly type: Type }>;

export function isToxicType(word: string): word is ToxicType {
  return Object.hasOwn(toxicAttributes, word);
}

/** The JSON of a toxic in answers. */
export function renderToxic(toxic: Toxic): object {
  return {
    attributes: toxic.attributes,
    name: toxic.name,
    type: toxic.type,
    stream: toxic.stream,
    toxicity: toxic.toxicity,
  };
}
