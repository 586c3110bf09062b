/** The pages in a real browser; skipped, aloud, where there is none. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { smallClass } from '../testdata/small-class.ts';
import { Outputs } from './outputs.ts';

const executablePath = '/usr/bin/chromium';
const found = existsSync(executablePath);
if (!found)
  process.stderr.write(
    `SKIPPED: the grades were not opened in a browser, since ${executablePath} is missing (apt-get install chromium).\n`,
  );

(found ? describe : describe.skip)('the pages of a class', () => {
  let directory: string;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'raft-lab-pages-'));
    const info = {
      title: 'Raft <1>',
      cluster: 'process',
      workers: 2,
      widening: 'Limits are as worded.',
    } as const;
    await new Outputs(directory, info).write(smallClass());
    browser = await chromium.launch({
      executablePath,
      args: ['--headless', '--no-sandbox', '--disable-gpu'],
    });
    page = await browser.newPage({ viewport: { width: 1_180, height: 900 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await rm(directory, { recursive: true });
  });

  test('lead from the class to a submission and back, and need nothing else', async () => {
    await page.goto(pathToFileURL(join(directory, 'index.html')).href);
    expect(await page.locator('h1').innerText()).toBe('Raft <1>');
    expect(await page.locator('tbody tr').count()).toBe(7);
    await page.locator('tbody a', { hasText: 'Ada & Co' }).first().click();
    expect(await page.locator('.begin').innerText()).toContain('reads: deposed');
    expect(await page.locator('.item.lost .finding').innerText()).toContain('Stale read of "x" < y.');
    await page.locator('header a', { hasText: 'Raft <1>' }).click();
    expect(new URL(page.url()).pathname).toBe(join(directory, 'index.html'));
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
  });

  test('are no wider than a phone', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    for (const name of ['submissions/ada/index.html', 'submissions/broken/index.html', 'index.html']) {
      await page.goto(pathToFileURL(join(directory, name)).href);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    }
  });
});
