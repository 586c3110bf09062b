import { expect, test } from '@jest/globals';
import { nsPerMs, VirtualTime } from './virtual-time.ts';

test('jumps from event to event, and an hour takes no time', async () => {
  const time = new VirtualTime();
  const seen: string[] = [];
  time.after(2 * nsPerMs, () => seen.push(`second at ${time.nowNs() / nsPerMs}`));
  time.after(1 * nsPerMs, () => seen.push(`first at ${time.nowNs() / nsPerMs}`));
  await time.sleep(3_600_000);
  expect(seen).toEqual(['first at 1', 'second at 2']);
  expect(time.nowNs()).toBe(3_600_000 * nsPerMs);
});

test('stands still until everything that waited for a promise has run', async () => {
  const time = new VirtualTime();
  const seen: string[] = [];
  const sleeper = async (): Promise<void> => {
    await time.sleep(1);
    // Many promises later it is still the same moment.
    for (let left = 50; left > 0; left -= 1) await Promise.resolve();
    seen.push(`sleeper at ${time.nowNs() / nsPerMs}`);
  };
  const sleeping = sleeper();
  time.after(1 * nsPerMs + 1, () => seen.push('event right after'));
  await sleeping;
  await time.sleep(1);
  expect(seen).toEqual(['sleeper at 1', 'event right after']);
});

test('breaks off a sleep with the reason of its signal', async () => {
  const time = new VirtualTime();
  const reason = new Error('enough');
  await expect(time.sleep(1, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  time.after(nsPerMs, () => controller.abort(reason));
  await expect(time.sleep(60_000, controller.signal)).rejects.toBe(reason);
  expect(time.nowNs()).toBe(nsPerMs);
});

test('does nothing more once it is stopped', async () => {
  const time = new VirtualTime();
  let events = 0;
  time.after(nsPerMs, () => {
    events += 1;
    time.stop();
  });
  time.after(2 * nsPerMs, () => (events += 1));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(events).toBe(1);
});
