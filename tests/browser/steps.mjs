// The steps that several stories share.

import assert from 'node:assert/strict';

import { checkAccessible, checkReflow } from './browser.mjs';
import { APP } from './words.mjs';

/** Waits for the page whose heading is `name`. */
export async function heading(page, name) {
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** Everything that each page is held to. */
export async function checkPage(page) {
  await checkAccessible(page);
  await checkReflow(page);
}

/** From the app's home, through signing in as `persona`, to the consent page. */
export async function askConsent(page, product, words, persona, { check = async () => {} } = {}) {
  await page.goto(product.coach);
  await check(page);
  await page.getByRole('link', { name: words.connect }).click();
  await check(page);
  await page.getByRole('button', { name: persona }).click();
  await heading(page, words.asks);
  await check(page);
}

/** What is on the consent page before she touches anything. */
export async function checkNothingIsChosenForHer(page, words) {
  const essential = page.getByRole('checkbox', { name: words.essential });
  assert.ok(await essential.isChecked(), 'what the app cannot do without is ticked');
  assert.ok(await essential.isDisabled(), 'and shown as such');
  for (const name of words.others) {
    assert.equal(await page.getByRole('checkbox', { name }).isChecked(), false, `${name} is not`);
  }
  const boxes = await page.getByRole('checkbox').count();
  assert.equal(boxes, words.others.length + 1, 'nothing else is asked');
}

/** Refusing is as easy as accepting: two buttons of one size and one look, side by side. */
export async function checkRefusingIsAsEasy(page, words) {
  const looks = [];
  for (const name of [words.accept, words.refuse]) {
    const button = page.getByRole('button', { name, exact: true });
    looks.push(
      await button.evaluate((element) => {
        const { width, height } = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        const { color, backgroundColor, borderColor, fontSize, fontWeight } = style;
        return { width, height, color, backgroundColor, borderColor, fontSize, fontWeight };
      }),
    );
  }
  assert.deepEqual(looks[0], looks[1], 'the two buttons look the same');
  const text = await page.locator('main').innerText();
  const stop = text.search(words.stop);
  assert.ok(stop >= 0, 'she is told how to stop');
  assert.ok(stop < text.lastIndexOf(words.accept), 'before she decides');
}

/** Takes the permission back, and waits for the answer. */
export async function revoke(page, product, words) {
  await page.goto(`${product.platform}/authorizations`);
  await page.getByRole('button', { name: words.revoke }).click();
  await page.getByRole('status').filter({ hasText: words.revoked }).waitFor();
}

/** The rows of the journal that tell of the app's reading. */
export function readings(page, words) {
  return page
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: APP }) })
    .filter({ has: page.getByRole('cell', { name: words.read, exact: true }) });
}
