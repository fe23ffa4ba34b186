// A browser that sees to it that the product stays on its own hosts, and what every page is held to.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const CHROMIUM = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Without the errands that a browser runs by itself. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** WCAG 2.2 level AA, and the rules of the RGAA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'RGAAv4'];

/** Starts the system's own Chromium. */
export async function startBrowser() {
  const executablePath = CHROMIUM.find((path) => path && existsSync(path));
  assert.ok(executablePath, 'no Chromium: install it, or name it in CHROMIUM');
  // Chromium's sandbox refuses root, which is what a container runs as.
  const args = process.getuid?.() === 0 ? ['--no-sandbox', ...QUIET] : QUIET;
  return chromium.launch({ executablePath, args });
}

/**
 * A visitor with an empty profile, who reads `locale`. Whatever she opens, no page may ask another
 * host than those of `product`, log an error, or throw: `visitor.leave()` fails otherwise.
 */
export async function newVisitor(browser, product, { locale = 'fr-FR', ...options } = {}) {
  const context = await browser.newContext({ locale, ...options });
  const hosts = [product.platform, product.coach, product.provider].map((url) => new URL(url).host);
  const strangers = [];
  const errors = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && !hosts.includes(url.host)) strangers.push(url.href);
  });
  context.on('weberror', (error) => errors.push(String(error.error())));
  context.on('console', (message) => {
    // A page that is itself the answer to a refused request.
    const isThePage = message.location().url === message.page()?.url();
    if (message.type() === 'error' && !isThePage) errors.push(`${message.page()?.url()}: ${message.text()}`);
  });
  const page = await context.newPage();
  return {
    context,
    page,
    async leave() {
      await context.close();
      assert.deepEqual(strangers, [], 'requests to other hosts');
      assert.deepEqual(errors, [], 'errors in the console');
    },
  };
}

/** Holds the page to the accessibility rules, to its language and to one heading. */
export async function checkAccessible(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
  );
  assert.deepEqual(found, [], `accessibility of ${page.url()}`);
  assert.equal(await page.locator('h1').count(), 1, `one heading on ${page.url()}`);
  assert.notEqual(await page.title(), '', `a title on ${page.url()}`);
}

/** RGAA 10.11, WCAG 1.4.10: at 320 pixels nothing is cut and nothing scrolls sideways. */
export async function checkReflow(page) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const { content, window } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));
  await page.setViewportSize(before);
  assert.ok(content <= window, `${page.url()} is ${content} px wide in a window of ${window} px`);
}

/** Presses Tab until `locator` has the focus, which must be visible. */
export async function tabTo(page, locator) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if (await locator.evaluate((element) => element === document.activeElement)) {
      const isShown = await locator.evaluate((element) => {
        const style = getComputedStyle(element);
        return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
      });
      assert.ok(isShown, `the focus shows on ${locator}`);
      return;
    }
  }
  assert.fail(`${locator} cannot be reached with Tab`);
}
