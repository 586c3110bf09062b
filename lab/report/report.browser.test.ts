/** Opens a report in a real browser; skipped, aloud, where there is none. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { judge } from '../verdict/verdict.ts';
import { smallRun, smallRunInfo } from './testdata/small-run.ts';
import { writeReports } from './write-reports.ts';

const executablePath = '/usr/bin/chromium';
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Looks at the page, 25 ms apart, before a wait is given up. */
const triesMax = 400;
const found = existsSync(executablePath);
if (!found)
  process.stderr.write(
    `SKIPPED: the report was not opened in a browser, since ${executablePath} is missing (apt-get install chromium).\n`,
  );

(found ? describe : describe.skip)('the report in a browser', () => {
  let directory: string;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'raft-lab-page-'));
    const run = smallRun({ stale: true });
    await writeReports(directory, judge(run), run, smallRunInfo);
    browser = await chromium.launch({ executablePath, args: flags });
    page = await browser.newPage({ viewport: { width: 1_200, height: 900 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(join(directory, 'report.html')).href);
    await inSight((us) => us > 0);
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await rm(directory, { recursive: true });
  });

  /** Waits until the page says that as many seconds as wanted are in sight. */
  async function inSight(wanted: (seconds: number) => boolean): Promise<number> {
    let seconds = Number.NaN;
    for (let tries = 0; tries < triesMax; tries += 1) {
      seconds = Number.parseFloat(await page.locator('#span').innerText());
      if (wanted(seconds)) return seconds;
      await page.waitForTimeout(25);
    }
    throw new Error(`waited for another part of the run to be in sight, but it stayed at ${seconds} s`);
  }

  /** How many pixels of the timeline are not of the background. */
  async function painted(): Promise<number> {
    return page.locator('#timeline').evaluate((canvas) => {
      const { width, height } = canvas as unknown as { width: number; height: number };
      const drawing = canvas as unknown as {
        getContext(kind: '2d'): { getImageData(...box: number[]): { data: Uint8ClampedArray } };
      };
      const { data } = drawing.getContext('2d').getImageData(0, 0, width, height);
      return data.filter((alpha, at) => at % 4 === 3 && alpha > 0).length;
    });
  }

  test('draws the whole run', async () => {
    expect(await inSight((seconds) => seconds > 1.8)).toBeCloseTo(1.98, 1);
    expect(await painted()).toBeGreaterThan(20_000);
  });

  test('zooms by button, key and wheel, and back to the whole run', async () => {
    await page.click('#zoom-in');
    const once = await inSight((seconds) => seconds < 1.9);
    await page.locator('#timeline').press('+');
    const twice = await inSight((seconds) => seconds < once * 0.9);
    await page.locator('#timeline').hover({ position: { x: 600, y: 200 } });
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Control');
    await inSight((seconds) => seconds < twice * 0.9);
    await page.click('#zoom-all');
    await inSight((seconds) => seconds > 1.8);
  });

  test('dragging over the strip chooses what is in sight', async () => {
    const box = await page.locator('#overview').boundingBox();
    if (box === null) throw new Error('expected the overview to be on the page');
    await page.mouse.move(box.x + 300, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 350, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await inSight((seconds) => seconds < 0.2);
    await page.click('#zoom-all');
  });

  test('evidence shows its operations on the timeline, and they tell what they are', async () => {
    await page.click('#linearizable [data-lines]');
    await inSight((seconds) => seconds > 0.5 && seconds < 1);
    expect(await page.locator('#forget').isVisible()).toBe(true);
    // The stale read is near the right end of what is in sight, in the second lane from the top.
    const box = await page.locator('#timeline').boundingBox();
    if (box === null) throw new Error('expected the timeline to be on the page');
    const plotPx = box.width - 92 - 12;
    const lanesTop = box.height - 8 - 4 * 16;
    for (let right = 0; right < 140; right += 2) {
      await page.locator('#timeline').hover({ position: { x: 92 + plotPx - right, y: lanesTop + 16 + 8 } });
      const text = await page.locator('#tip').innerText();
      if (text.includes('v200')) {
        expect(text).toContain('process 1 at n2');
        await page.click('#forget');
        return;
      }
    }
    throw new Error('pointed along the lane of the stale read, but the page never told of it');
  });

  test('a fault of the table is shown on the timeline', async () => {
    await page.click('summary:has-text("2 faults")');
    await page.click('[data-step="kill-1"]');
    await inSight((seconds) => seconds < 0.6);
  });

  test('goes dark and light', async () => {
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const before = await background();
    await page.click('#theme');
    expect(await background()).not.toBe(before);
    await page.click('#theme');
    expect(await background()).toBe(before);
  });

  test('asked nobody for anything, and nothing went wrong', () => {
    expect(requests).toEqual([expect.stringMatching(/^file:.*report\.html$/)]);
    expect(complaints).toEqual([]);
  });
});
