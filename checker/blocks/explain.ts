/** Names an anomaly of a register and says it in a sentence or two. */
import { type Speech, sentence, speech } from '../explain/wording.ts';
import type { Operation } from '../operation.ts';
import type { Anomaly, Violation } from '../result.ts';
import { type Actions, at, none } from './actions.ts';
import type { Core, Story } from './core.ts';
import { describeValue } from './register-view.ts';

/** @param key of the register; empty if there is only one. */
export function explainCore(actions: Actions, core: Core, key: string): Violation {
  const ids = (indices: readonly number[]) => indices.map((index) => operationAt(actions, index).id);
  return {
    anomaly: nameStory(actions, core.story),
    core: ids(core.core),
    bounding: ids(core.bounding),
    support: ids(core.support),
    explain: (wording) => sentence(tellStory(actions, core.story, key, speech(wording))),
  };
}

function operationAt(actions: Actions, index: number): Operation<unknown, unknown> {
  const operation = actions.operations[index];
  if (operation === undefined) throw new RangeError(`The history has no operation ${index}.`);
  return operation;
}

function nameStory(actions: Actions, story: Story): Anomaly {
  switch (story.kind) {
    case 'unwritten':
      return story.refused === none ? 'phantom' : 'aborted read';
    case 'contradiction':
      return 'contradicting answer';
    case 'two swaps':
      return 'two swaps from one value';
    case 'circle':
      return 'circular swaps';
    case 'future':
      return 'read from the future';
    case 'late':
      if (story.unseen || at(actions.leaves, story.late) !== none) return 'lost update';
      return at(actions.leaves, story.proof) === none ? 'new then old' : 'stale read';
  }
}

function tellStory(actions: Actions, story: Story, key: string, say: Speech): string {
  const get = (index: number) => operationAt(actions, index);
  const who = (index: number) => say.who(get(index));
  const began = (index: number) => say.began(get(index));
  const ended = (index: number) => say.ended(get(index));
  const value = (number: number) => describeValue(actions.values[number] ?? null);
  const seen = (index: number) => value(at(actions.sees, index));
  const left = (index: number) => value(at(actions.leaves, index));
  const isRead = (index: number) => at(actions.leaves, index) === none;
  const on = key === '' ? '' : ` on key ${key}`;

  switch (story.kind) {
    case 'unwritten': {
      const { reader, refused } = story;
      const saw = `${who(reader)} saw the value ${seen(reader)}${on} (${ended(reader)})`;
      return refused === none
        ? `${saw}, but no operation ever wrote it.`
        : `${saw}, but the operation of ${who(refused)} that would have written it was refused, so it must never take effect.`;
    }
    case 'contradiction':
      return `the compare-and-set of ${who(story.operation)}${on} (${ended(story.operation)}) was refused, although its answer says that the register held exactly the value it compared with.`;
    case 'two swaps':
      return `${who(story.first)} and ${who(story.second)} both found ${seen(story.first)}${on} and replaced it, one by ${left(story.first)} and the other by ${left(story.second)}; but ${seen(story.first)} was there only once, so one update overwrote the other.`;
    case 'circle':
      return `${story.swaps.length} compare-and-sets${on} build on each other in a circle (${story.swaps.map((swap) => `${seen(swap)} to ${left(swap)}`).join(', ')}): none of them can have been the first.`;
    case 'future': {
      const { early, writer } = story;
      const saw = isRead(early) ? `read ${seen(early)}` : `replaced ${seen(early)} by ${left(early)}`;
      return `${who(early)} ${saw}${on} and ${ended(early)}, before the write of ${left(writer)} by ${who(writer)}, on which that rests, even ${began(writer)}.`;
    }
    case 'late': {
      const { late, proof } = story;
      const saw = isRead(late)
        ? `read ${seen(late)}`
        : `found ${seen(late)} and replaced it by ${left(late)}`;
      const newer = isRead(proof) ? seen(proof) : left(proof);
      const replaced = isRead(proof)
        ? `${who(proof)} had already read the newer value ${newer}, which ${ended(proof)}`
        : `${who(proof)} had already replaced it by ${newer}, which ${ended(proof)}`;
      const unseen = story.unseen ? ` Nobody ever saw ${newer}: the update is lost.` : '';
      return `${who(late)} ${saw}${on} (${began(late)}), although ${replaced}.${unseen}`;
    }
  }
}
