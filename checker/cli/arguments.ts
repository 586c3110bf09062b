/** The command line as data. */
import { parseArgs } from 'node:util';
import { catalogue } from '../formats/catalogue.ts';

export interface Arguments {
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly model: string;
  readonly format: 'jsonl' | 'edn';
  readonly keyed: boolean;
  readonly json: boolean;
  readonly html: string | undefined;
  readonly steps: number | undefined;
  readonly bytes: number | undefined;
}

/** The command was called in a way it does not know; the message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `porcupine-ts check FILE --model MODEL [options]

Decides whether a recorded history is linearizable. FILE - is standard input.

  --model MODEL    ${Object.keys(catalogue).join(', ')}
  --format FORMAT  jsonl or edn; by default what the file's name says, else jsonl
  --keyed          edn only: values are [key value]
  --json           the whole result as JSON
  --html OUT       writes an interactive picture
  --steps N        the search's budget in steps
  --bytes N        the search's budget in bytes

Exit codes: 0 linearizable, 1 illegal, 3 undecided, 64 usage or unreadable history.
`;

export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv);
  const [command, file, ...more] = positionals;
  if (command !== 'check')
    throw new UsageError(`The command is ${command ?? 'missing'}: only "check" is known.`);
  if (file === undefined)
    throw new UsageError('A history is missing: give its path, or - for standard input.');
  if (more.length > 0) throw new UsageError(`There is more than one history: ${more.join(', ')}.`);
  const { model, format = file.endsWith('.edn') ? 'edn' : 'jsonl' } = values;
  if (model === undefined || !Object.hasOwn(catalogue, model)) {
    throw new UsageError(
      `The model is ${model ?? 'missing'}: give --model and one of ${Object.keys(catalogue).join(', ')}.`,
    );
  }
  if (format !== 'jsonl' && format !== 'edn')
    throw new UsageError(`The format is ${format}: it is jsonl or edn.`);
  return {
    file,
    model,
    format,
    keyed: values.keyed ?? false,
    json: values.json ?? false,
    html: values.html,
    steps: count('steps', values.steps),
    bytes: count('bytes', values.bytes),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        model: { type: 'string' },
        format: { type: 'string' },
        keyed: { type: 'boolean' },
        json: { type: 'boolean' },
        html: { type: 'string' },
        steps: { type: 'string' },
        bytes: { type: 'string' },
      },
    });
  } catch (error) {
    // What follows the first sentence is about arguments that begin with a hyphen, which there are none of.
    const isError = typeof error === 'object' && error !== null && 'message' in error;
    const [said = ''] = String(isError ? error.message : error).split('. ');
    throw new UsageError(`${said.replace(/\.$/, '')}.`);
  }
}

function count(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new UsageError(`--${name} is ${text}: it is a whole number above 0.`);
}
