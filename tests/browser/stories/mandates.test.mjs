// A worker mandates a counsellor, face to face and by a code, in a real browser: what both see, and
// that every page of it is accessible.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newVisitor, tabTo } from '../browser.mjs';
import { browser, product } from '../stage.mjs';
import { checkPage, heading } from '../steps.mjs';
import { mandates } from '../words.mjs';

/** Signs in at `path` as `persona`. */
async function signIn(visitor, path, persona) {
  await visitor.page.goto(`${product.platform}${path}`);
  await visitor.page.getByRole('button', { name: persona }).click();
}

/** The code on the page, as it is read out. */
async function spoken(page) {
  return page.locator('.spoken').innerText();
}

/** Ticks everything and gives the mandate. */
async function giveEverything(page, words) {
  const boxes = page.getByRole('checkbox');
  assert.equal(await boxes.count(), 3);
  for (const box of await boxes.all()) {
    assert.equal(await box.isChecked(), false, 'nothing is ticked for her');
    await box.check();
  }
  await page.getByRole('button', { name: words.accept, exact: true }).click();
  await page.getByRole('status').filter({ hasText: words.given }).waitFor();
}

for (const words of [mandates.french, mandates.english]) {
  test(`face to face, she sees who typed her code, and decides (${words.language})`, async () => {
    const her = await newVisitor(browser, product, words);
    const counsellor = await newVisitor(browser, product, words);
    await signIn(her, '/mandates', words.persona);
    await heading(her.page, words.mandates);
    await checkPage(her.page);
    await signIn(counsellor, '/counsellor', words.counsellor);
    await heading(counsellor.page, words.received);
    await checkPage(counsellor.page);

    await her.page.getByRole('button', { name: words.showCode }).click();
    await heading(her.page, words.code);
    await checkPage(her.page);
    await counsellor.page.getByLabel(words.heard).fill('2222-2222');
    await counsellor.page.getByRole('button', { name: words.join }).click();
    await counsellor.page.getByRole('alert').waitFor();
    await checkPage(counsellor.page);
    await counsellor.page.getByLabel(words.heard).fill(await spoken(her.page));
    await counsellor.page.getByRole('button', { name: words.join }).click();
    await counsellor.page.getByRole('status').filter({ hasText: words.joined }).waitFor();
    assert.equal(await counsellor.page.getByText(words.person).count(), 0, 'nothing is open yet');

    await her.page.getByRole('link', { name: words.goOn }).click();
    await heading(her.page, words.asks);
    await checkPage(her.page);
    await her.page.getByRole('button', { name: words.accept, exact: true }).click();
    await her.page.getByRole('alert').filter({ hasText: words.nothing }).waitFor();
    await checkPage(her.page);
    await giveEverything(her.page, words);
    await checkPage(her.page);

    await act(counsellor.page, words);
    await her.page.goto(`${product.platform}/journal`);
    await her.page.getByRole('rowheader', { name: words.inYourName }).first().waitFor();
    await checkPage(her.page);

    await her.page.goto(`${product.platform}/mandates`);
    await her.page.getByRole('button', { name: words.end }).click();
    await her.page.getByRole('status').filter({ hasText: words.ended }).waitFor();
    await checkPage(her.page);
    await counsellor.page.reload();
    await counsellor.page.getByRole('status').filter({ hasText: words.over }).waitFor();
    await her.leave();
    await counsellor.leave();
  });
}

/** Opens everything that the mandate permits. */
async function act(page, words) {
  await page.goto(`${product.platform}/counsellor`);
  await page.getByRole('link', { name: words.person }).click();
  await page.getByRole('note').filter({ hasText: words.acting }).waitFor();
  await checkPage(page);
  const mandate = page.url();
  await page.getByRole('link', { name: words.authorizations }).click();
  await page.getByRole('note').filter({ hasText: words.acting }).waitFor();
  await checkPage(page);
  await page.goto(mandate);
  await page.getByRole('link', { name: words.record }).click();
  await page.getByRole('note').filter({ hasText: words.acting }).waitFor();
  assert.ok((await page.getByRole('heading', { level: 3 }).count()) > 0, 'certificates are shown');
  await checkPage(page);
}

test('by the counsellor’s code, with the keyboard and without scripts', async () => {
  const words = mandates.french;
  const options = { ...words, javaScriptEnabled: false };
  const counsellor = await newVisitor(browser, product, options);
  await signIn(counsellor, '/counsellor', words.counsellor);
  await counsellor.page.getByRole('button', { name: words.invite }).click();
  const code = await spoken(counsellor.page);

  const her = await newVisitor(browser, product, words);
  const { page } = her;
  await signIn(her, '/mandates', /Sylvaine Odette/);
  const field = page.getByLabel(words.invited);
  await tabTo(page, field);
  await page.keyboard.type(code.toLowerCase());
  await page.keyboard.press('Enter');
  await heading(page, words.asks);
  await tabTo(page, page.getByRole('checkbox').first());
  await page.keyboard.press('Space');
  await tabTo(page, page.getByRole('button', { name: words.accept, exact: true }));
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: words.given }).waitFor();

  await counsellor.page.goto(`${product.platform}/counsellor`);
  await counsellor.page.getByRole('link', { name: /Sylvaine/ }).click();
  await counsellor.page.getByRole('button', { name: words.resign }).click();
  await counsellor.page.getByRole('status').waitFor();
  await her.leave();
  await counsellor.leave();
});

test('who may not counsel is told so, accessibly', async () => {
  const visitor = await newVisitor(browser, product, mandates.french);
  await signIn(visitor, '/counsellor', /Corentin Aubraque/);
  await visitor.page.getByText(/n’accompagne personne/).waitFor();
  await checkPage(visitor.page);
  await visitor.leave();
});
