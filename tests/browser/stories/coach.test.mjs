// The coaching app offers, the worker has it propose, decides on the platform, and finds her decision in
// the app; in both languages, and without scripts.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { newVisitor, tabTo } from '../browser.mjs';
import { browser, product } from '../stage.mjs';
import { askConsent, checkPage, heading } from '../steps.mjs';
import { offers } from '../words.mjs';

/** She lets the app read and propose skills and projects, and is back in it. */
async function connect(page, words, persona = words.persona) {
  await askConsent(page, product, words, persona);
  await page.getByText(words.mayPropose).waitFor();
  for (const name of [words.optional, words.projects]) {
    await page.getByRole('checkbox', { name }).check();
  }
  await page.getByRole('button', { name: words.accept, exact: true }).click();
  await heading(page, words.certificates);
}

/** Follows the app's link to what waits, presses `button` there, and comes back to the app. */
async function decide(page, words, button, said) {
  await page.getByRole('link', { name: words.decide }).click();
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('status').filter({ hasText: said }).waitFor();
  await page.goto(product.coach);
}

for (const words of [offers.french, offers.english]) {
  test(`she has the app propose, decides, and it says so kindly (${words.language})`, async () => {
    const visitor = await newVisitor(browser, product, words);
    const { page } = visitor;
    await connect(page, words);
    const ideas = page.getByRole('region', { name: words.offers });
    const buttons = ideas.getByRole('button', { name: words.propose });
    const offered = await buttons.count();
    assert.ok(offered >= 2, 'a skill and a project at least');
    const skill = await ideas.getByRole('heading', { level: 3 }).first().innerText();
    await checkPage(page);

    await buttons.first().click();
    await ideas.getByRole('link', { name: words.decide }).waitFor();
    assert.equal(await buttons.count(), offered - 1, 'it is offered once');
    await checkPage(page);
    await decide(page, words, words.add, words.added);
    await ideas.getByText(words.accepted).waitFor();
    const skills = page.getByRole('region', { name: words.skills });
    await skills.getByText(skill, { exact: true }).waitFor();

    await buttons.last().click();
    await decide(page, words, words.turnDown, words.turnedDown);
    await ideas.getByText(words.refused).waitFor();
    assert.equal(await buttons.count(), offered - 2, 'and it does not insist');
    await checkPage(page);
    await visitor.leave();
  });
}

test('the keyboard is enough to have the app propose, without scripts', async () => {
  const words = offers.french;
  const visitor = await newVisitor(browser, product, { ...words, javaScriptEnabled: false });
  const { page } = visitor;
  await connect(page, words, /Hugues-Aldebert/);
  await tabTo(page, page.getByRole('button', { name: words.propose }).first());
  await page.keyboard.press('Enter');
  const link = page.getByRole('link', { name: words.decide });
  await link.waitFor();
  await tabTo(page, link);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: words.add }).waitFor();
  await visitor.leave();
});
