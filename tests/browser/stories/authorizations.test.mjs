// A worker steers a grant in a real browser: two clicks from her list for what is usual, a page that
// says everything, and every step of it accessible.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newVisitor, tabTo } from '../browser.mjs';
import { browser, product } from '../stage.mjs';
import { askConsent, checkPage, heading } from '../steps.mjs';
import { APP, steering } from '../words.mjs';

/** She gives the app her certificates and her skills, and it reads. */
async function connect(page, words, persona = words.persona) {
  await askConsent(page, product, words, persona);
  await page.getByRole('checkbox', { name: words.optional }).check();
  await page.getByRole('button', { name: words.accept, exact: true }).click();
  await heading(page, words.certificates);
}

/** From the list to the page of her one grant in force: one click. */
async function openGrant(page) {
  await page.goto(`${product.platform}/authorizations`);
  await page.getByRole('link', { name: APP, exact: true }).first().click();
  await heading(page, APP);
}

/** Presses a button of the grant's page, and waits for what it says. */
async function press(page, name, said) {
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByRole('status').filter({ hasText: said }).waitFor();
  await checkPage(page);
}

for (const words of [steering.french, steering.english]) {
  test(`she narrows, pauses, resumes, prolongs and stops a grant (${words.language})`, async () => {
    const visitor = await newVisitor(browser, product, words);
    const { page } = visitor;
    await connect(page, words);
    await page.goto(`${product.platform}/authorizations`);
    await checkPage(page);
    await openGrant(page);
    await checkPage(page);
    // What was read has names.
    await page.locator('summary').filter({ hasText: words.entries }).first().click();
    await page.locator('details[open] li').first().waitFor();
    await checkPage(page);

    await press(page, words.giveNoMore, words.partGone);
    await press(page, words.pause, words.paused);
    await page.goto(product.coach);
    await heading(page, words.appPaused);
    await checkPage(page);
    await openGrant(page);
    await press(page, words.resume, words.resumed);
    await page.goto(product.coach);
    await heading(page, words.certificates);

    await choose(page, words);
    const end = page.getByLabel(words.newEnd);
    assert.equal(await end.evaluate((select) => select.selectedIndex), 0, 'the shortest');
    await press(page, words.renew, words.renewed);
    await page.getByRole('button', { name: words.stop, exact: true }).click();
    await page.getByRole('status').filter({ hasText: words.revoked }).waitFor();
    await page.getByRole('link', { name: APP, exact: true }).first().click();
    await heading(page, APP);
    assert.equal(await page.getByRole('button', { name: words.resume }).count(), 0);
    await checkPage(page);
    await visitor.leave();
  });
}

/**
 * Is told when nothing is left; then keeps what there is and nothing that comes later, and of several
 * certificates takes one away by its name.
 */
async function choose(page, words) {
  await openGrant(page);
  await page.getByRole('link', { name: words.open, exact: true }).click();
  await heading(page, words.choose);
  await checkPage(page);
  const part = page.getByRole('checkbox', { name: words.section });
  const optional = page.getByRole('checkbox', { name: words.optional });
  assert.ok(await part.isChecked(), 'what is given is ticked');
  assert.equal(await optional.isChecked(), false, 'what is not given is not');
  await part.uncheck();
  await page.getByRole('button', { name: words.save, exact: true }).click();
  await page.getByRole('alert').filter({ hasText: words.nothing }).waitFor();
  await checkPage(page);
  const within = page.getByText(words.within);
  const later = page.getByRole('checkbox', { name: words.later });
  if (!(await later.isVisible())) await within.click();
  await later.uncheck();
  const items = page.locator('input[name=item]');
  if ((await items.count()) > 1) await items.first().uncheck();
  await page.getByRole('button', { name: words.save, exact: true }).click();
  await page.getByRole('status').filter({ hasText: words.saved }).waitFor();
  await page.getByText(words.kept).first().waitFor();
  await checkPage(page);
}

test('the keyboard is enough, without scripts, and a page of before decides nothing', async () => {
  const words = steering.french;
  const options = { ...words, javaScriptEnabled: false };
  const visitor = await newVisitor(browser, product, options);
  const { page } = visitor;
  await connect(page, words, /Hugues-Aldebert/);
  await openGrant(page);
  const old = await visitor.context.newPage();
  await old.goto(page.url());
  await tabTo(page, page.getByRole('button', { name: words.pause, exact: true }));
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: words.paused }).waitFor();
  await old.getByRole('button', { name: words.giveNoMore, exact: true }).click();
  await old.getByRole('alert').filter({ hasText: words.moved }).waitFor();
  await old.getByRole('button', { name: words.resume, exact: true }).waitFor();
  await tabTo(page, page.getByRole('button', { name: words.stop, exact: true }));
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: words.revoked }).waitFor();
  await visitor.leave();
});
