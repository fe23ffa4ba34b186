// Choosing finely, looking before deciding, and being asked again, in a real browser: without
// scripts, with the keyboard alone, on a narrow screen, and as a screen reader finds it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkReflow, newVisitor, tabTo } from '../browser.mjs';
import { browser, product } from '../stage.mjs';
import { askConsent, checkPage, heading } from '../steps.mjs';
import { consent as words } from '../words.mjs';

/** Opens everything that is folded. */
async function unfold(page) {
  const folded = page.locator('main details:not([open]) > summary');
  while ((await folded.count()) > 0) await folded.first().click();
}

/** The exact text that the app would receive, as the page shows it. */
async function previewed(page) {
  await page.getByRole('heading', { name: words.previewed }).waitFor();
  const shown = await page.locator('#preview pre').textContent();
  return JSON.parse(shown);
}

test('she ticks fields and an entry, sees exactly that, and gives it, all without scripts', async () => {
  const visitor = await newVisitor(browser, product, { ...words, javaScriptEnabled: false });
  const { page } = visitor;
  await askConsent(page, product, words, /Lucie/);
  await page.getByText(words.finer).click();
  await page.getByRole('checkbox', { name: words.score }).check();
  const items = page.getByRole('group', { name: words.items }).getByRole('checkbox');
  assert.equal(await items.count(), 2, 'both of her certificates');
  await items.first().check();
  await page.getByRole('button', { name: words.preview }).click();
  const shown = await previewed(page);
  assert.equal(shown.items.length, 1);
  assert.deepEqual(Object.keys(shown.items[0]).sort(), ['id', 'recorded_at', 'score', 'version']);
  await page.getByText('Vous gardez pour vous : Mes expériences, Mes compétences, Mes projets.').waitFor();
  assert.ok(await page.getByRole('checkbox', { name: words.score }).isChecked(), 'her choice is kept');
  assert.ok(await items.first().isChecked());
  await page.getByRole('button', { name: words.accept, exact: true }).click();
  await heading(page, words.certificates);
  assert.equal(await page.getByRole('article').count(), 1, 'the app reads one certificate');
  await visitor.leave();
});

test('unfolded, previewed and complained of, the page is accessible and fits a narrow screen', async () => {
  const visitor = await newVisitor(browser, product, words);
  const { page } = visitor;
  await askConsent(page, product, words, /Tiémorou/);
  await unfold(page);
  await checkPage(page);
  await page.getByLabel(words.since).fill('2030-01-01');
  await page.getByRole('button', { name: words.preview }).click();
  await page.getByRole('heading', { name: words.previewed }).waitFor();
  await unfold(page);
  await checkPage(page);
  await page.locator('input[name="since"]').evaluate((input) => {
    input.type = 'text';
    input.value = 'hier';
  });
  await page.getByRole('button', { name: words.accept, exact: true }).click();
  await page.getByRole('alert').filter({ hasText: words.noSuchDay }).waitFor();
  assert.equal(await page.getByLabel(words.since).getAttribute('aria-invalid'), 'true');
  await unfold(page);
  await checkPage(page);
  await visitor.leave();
});

test('the keyboard is enough to choose finely, look and give', async () => {
  const visitor = await newVisitor(browser, product, words);
  const { page } = visitor;
  await askConsent(page, product, words, /Rachida/);
  await tabTo(page, page.locator('summary').filter({ hasText: words.finer }));
  await page.keyboard.press('Enter');
  const score = page.getByRole('checkbox', { name: words.score });
  await tabTo(page, score);
  await page.keyboard.press('Space');
  assert.ok(await score.isChecked());
  // Enter in a form presses its first button: nothing is given by it.
  await page.keyboard.press('Enter');
  const shown = await previewed(page);
  assert.deepEqual(Object.keys(shown.items[0]).sort(), ['id', 'recorded_at', 'score', 'version']);
  assert.ok(page.url().endsWith('#preview') || page.url().includes('/oauth/authorize'));
  await tabTo(page, page.getByRole('combobox', { name: words.duration }));
  await page.keyboard.press('ArrowDown');
  await tabTo(page, page.getByRole('button', { name: words.accept, exact: true }));
  await page.keyboard.press('Enter');
  await heading(page, words.certificates);
  await visitor.leave();
});

test('a screen reader finds each part by its role and its name', async () => {
  const visitor = await newVisitor(browser, product, words);
  const { page } = visitor;
  await askConsent(page, product, words, /Hugues-Aldebert/);
  await unfold(page);
  const tree = await page.locator('main').ariaSnapshot();
  for (const line of [
    `- region "${words.cautions}":`,
    `- group "${words.group}":`,
    `- checkbox "${words.required}" [checked] [disabled]`,
    '- checkbox "Mes compétences"',
    '- checkbox "Mes expériences"',
    '- checkbox "Mes projets"',
    `- group "${words.fields}":`,
    `- checkbox "${words.score}"`,
    `- group "${words.items}":`,
    `- combobox "${words.duration}":`,
    `- button "${words.preview}"`,
    `- button "${words.accept}"`,
    `- button "${words.refuse}"`,
  ]) {
    assert.ok(tree.includes(line), `${line}\n${tree}`);
  }
  assert.match(tree, /- heading "Cap Métier .* demande à voir une partie de votre dossier" \[level=1\]/);
  assert.ok(!/- checkbox(?! ")/.test(tree), 'no box without a name');
  const levels = await page.locator('main :is(h1, h2, h3, h4)').evaluateAll((all) => all.map((one) => Number(one.tagName[1])));
  assert.ok(levels.every((level, index) => index === 0 || level <= levels[index - 1] + 1), `${levels}`);
  await visitor.leave();
});

test('whatever can be pressed is at least 24 pixels high and wide', async () => {
  const visitor = await newVisitor(browser, product, words);
  const { page } = visitor;
  await askConsent(page, product, words, /Éloïse/);
  await unfold(page);
  const targets = page.locator('main :is(input:not([type="hidden"]), select, summary, button)');
  const small = await targets.evaluateAll((all) =>
    all
      .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
      .filter(([, { width, height }]) => width < 24 || height < 24)
      .map(([html, { width, height }]) => `${width} × ${height}: ${html}`),
  );
  assert.deepEqual(small, []);
  assert.ok((await targets.count()) > 15);
  await checkReflow(page);
  await visitor.leave();
});

test('asked a second time, she sees what she gave before and is asked for the rest only', async () => {
  const visitor = await newVisitor(browser, product, words);
  const { page } = visitor;
  await askConsent(page, product, words, /Anna-Lisandra/);
  await page.getByLabel(words.duration).selectOption('30');
  await page.getByRole('button', { name: words.accept, exact: true }).click();
  await heading(page, words.certificates);

  await page.goto(`${product.coach}/connect`);
  await heading(page, words.asks);
  const given = page.getByRole('region', { name: words.standing });
  assert.equal(await given.getByText('Mes certificats').isVisible(), false, 'folded');
  await given.getByText(words.detail).click();
  await given.getByText('Mes certificats').waitFor();
  const boxes = page.getByRole('checkbox');
  const names = await boxes.evaluateAll((all) => all.map((box) => box.labels[0].innerText));
  assert.deepEqual(names, words.others, 'what she gave is not asked again');
  await checkPage(page);
  const ends = page.getByLabel(words.duration);
  assert.match(await ends.locator('option').first().innerText(), words.keepEnd);
  await page.getByRole('checkbox', { name: words.optional }).check();
  await page.getByRole('button', { name: words.accept, exact: true }).click();
  await heading(page, words.certificates);
  await page.goto(`${product.platform}/authorizations`);
  assert.equal(await page.getByRole('button', { name: words.revoke }).count(), 1, 'it is one authorisation');
  await page.getByText('Mes compétences').first().waitFor();
  await visitor.leave();
});
