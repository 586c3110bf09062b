/** Runs the `console run` fences of the documentation: lines that begin with `$ curl`, and what they must print. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** One command of a fence and the output below it. */
export interface Step {
  readonly command: string;
  readonly output: string;
}

export function stepsIn(fence: string): Step[] {
  const steps = fence.split(/^\$ /m).slice(1);
  return steps.map((step) => {
    const [command = '', ...output] = step.trimEnd().split('\n');
    return { command, output: output.join('\n') };
  });
}

interface Call {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly showsHead: boolean;
}

/** The few options of curl that the documentation uses: -s, -i, -X, -H and -d. */
export function parseCurl(command: string): Call {
  const [program, ...words] = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare,
  );
  if (program !== 'curl') throw new Error(`expected a curl command, saw: ${command}`);
  let [method, url, body, showsHead] = ['GET', '', undefined as string | undefined, false];
  const headers: Record<string, string> = {};
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-i') showsHead = true;
    else if (word === '-X') method = words.shift() ?? '';
    else if (word === '-d') body = words.shift();
    else if (word === '-H') {
      const [name = '', ...value] = (words.shift() ?? '').split(': ');
      headers[name] = value.join(': ');
    } else if (!word.startsWith('-')) url = word;
    else if (word !== '-s') throw new Error(`curl option not understood here: ${word}`);
  }
  return { url: new URL(url), method, headers, body, showsHead };
}

/** What curl would print, with the headers named in `shown` only; `originOf` says where a port of the page really is. */
export async function runCurl(
  { url, method, headers, body, showsHead }: Call,
  originOf: (port: string) => string,
  shown: readonly string[],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const target = new URL(url.pathname + url.search, originOf(url.port));
    const call = request(target, { method, headers, agent: false }, (answer) => {
      text(answer).then((answered) => {
        const lines = shown.map((name) => `${name}: ${String(answer.headers[name])}`);
        const head = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`, ...lines, '', ''].join('\n');
        resolve(`${showsHead ? head : ''}${answered}`);
      }, reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}
