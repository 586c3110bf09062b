/** Configurations that the search may come back to, as a stack of numbered entries in typed arrays. */

/** In place of a node: there is none. */
export const noNode = -1;
/** Words of one node: state, operations taken, unknown ones used, the node it was reached from, and by which operation. */
const width = 5;
const initialNodes = 64;

export class Nodes {
  #words = new Int32Array(initialNodes * width);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  /**
   * Returns the number of the new node.
   * @param via the operation that led to it, or `~class` for one of unknown outcome.
   */
  push(state: number, taken: number, used: number, parent: number, via: number): number {
    const base = this.#count * width;
    if (base === this.#words.length) {
      const larger = new Int32Array(base * 2);
      larger.set(this.#words);
      this.#words = larger;
    }
    const words = this.#words;
    words[base] = state;
    words[base + 1] = taken;
    words[base + 2] = used;
    words[base + 3] = parent;
    words[base + 4] = via;
    return this.#count++;
  }

  /** Forgets the nodes from this one on. */
  truncate(count: number): void {
    this.#count = count;
  }

  state(node: number): number {
    return this.#words[node * width] ?? 0;
  }

  taken(node: number): number {
    return this.#words[node * width + 1] ?? 0;
  }

  used(node: number): number {
    return this.#words[node * width + 2] ?? 0;
  }

  parent(node: number): number {
    return this.#words[node * width + 3] ?? noNode;
  }

  via(node: number): number {
    return this.#words[node * width + 4] ?? 0;
  }

  /** Adds the operations on the way to this node to `path`, the last one first, from the root of its choice on. */
  pathBack(node: number, path: number[]): void {
    for (let each = node; this.parent(each) !== noNode; each = this.parent(each)) path.push(this.via(each));
  }
}
