// The journey the product exists for, in a real browser: an app asks, the worker decides, sees what
// was read, and takes it back.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkReflow, newVisitor, tabTo } from '../browser.mjs';
import { browser, product } from '../stage.mjs';
import {
  askConsent,
  checkNothingIsChosenForHer,
  checkPage,
  checkRefusingIsAsEasy,
  heading,
  readings,
  revoke,
} from '../steps.mjs';
import { APP, english, french } from '../words.mjs';

for (const words of [french, english]) {
  const persona = words === french ? /Lucie Orfeuillard/ : /Anna-Lisandra/;

  test(`she consents, sees what was read, and takes it back (${words.language})`, async () => {
    const visitor = await newVisitor(browser, product, words);
    const { page } = visitor;
    await askConsent(page, product, words, persona, { check: checkPage });
    await checkNothingIsChosenForHer(page, words);
    await checkRefusingIsAsEasy(page, words);
    await page.getByText(words.mayPropose).waitFor();

    const optional = page.getByRole('checkbox', { name: words.optional });
    await optional.check();
    await optional.uncheck();
    await page.getByRole('button', { name: words.accept, exact: true }).click();
    await heading(page, words.certificates);
    assert.ok((await page.getByRole('article').count()) > 0, 'the app shows her certificates');
    assert.ok((await page.getByText(words.keptBack).count()) > 0, 'and what she keeps back');
    assert.equal(await page.locator('form[action^="/propose"]').count(), 0, 'it may propose nothing');
    await checkPage(page);

    await page.goto(product.platform);
    await checkPage(page);
    await page.getByRole('navigation').getByRole('link', { name: words.record }).click();
    await heading(page, words.record);
    await checkPage(page);
    await page.getByRole('navigation').getByRole('link', { name: words.authorizations }).click();
    await heading(page, words.authorizations);
    const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: APP }) });
    await card.getByText(words.section).waitFor();
    assert.equal(await card.getByText(words.optional).count(), 0, 'only what she granted');
    await checkPage(page);
    await card.getByRole('link', { name: words.receipt }).click();
    await heading(page, words.receipt);
    await page.getByRole('link', { name: words.copy }).waitFor();
    await checkPage(page);
    await page.getByRole('navigation').getByRole('link', { name: words.journal }).click();
    await heading(page, words.journal);
    const before = await readings(page, words).count();
    assert.ok(before > 0, 'the reading is in the journal');
    await checkPage(page);

    await revoke(page, product, words);
    await checkPage(page);
    await page.goto(product.coach);
    await heading(page, words.withdrawn);
    assert.equal(await page.getByRole('article').count(), 0, 'nothing of her record is left');
    await checkPage(page);
    await page.goto(`${product.platform}/journal`);
    assert.equal(await readings(page, words).count(), before, 'and nothing more was read');
    await visitor.leave();
  });
}

test('she refuses, and the app says that it is all right', async () => {
  const visitor = await newVisitor(browser, product, french);
  const { page } = visitor;
  await askConsent(page, product, french, /Éloïse/);
  await page.getByRole('button', { name: french.refuse, exact: true }).click();
  await heading(page, french.declined);
  await checkPage(page);
  await page.goto(`${product.platform}/authorizations`);
  assert.equal(await page.getByRole('button', { name: french.revoke }).count(), 0);
  await visitor.leave();
});

test('the keyboard is enough to sign in, narrow and consent', async () => {
  const visitor = await newVisitor(browser, product, french);
  const { page } = visitor;
  await page.goto(product.coach);
  await tabTo(page, page.getByRole('link', { name: french.connect }));
  await page.keyboard.press('Enter');
  const persona = page.getByRole('button', { name: /Sylvaine Odette/ });
  await persona.waitFor();
  await tabTo(page, persona);
  await page.keyboard.press('Enter');
  await heading(page, french.asks);
  const optional = page.getByRole('checkbox', { name: french.optional });
  await tabTo(page, optional);
  await page.keyboard.press('Space');
  assert.ok(await optional.isChecked());
  await tabTo(page, page.getByRole('button', { name: french.accept, exact: true }));
  await page.keyboard.press('Enter');
  await heading(page, french.certificates);
  await visitor.leave();
});

test('everything works without scripts', async () => {
  const visitor = await newVisitor(browser, product, { ...french, javaScriptEnabled: false });
  const { page } = visitor;
  await askConsent(page, product, french, /Hugues-Aldebert/);
  await page.getByRole('button', { name: french.accept, exact: true }).click();
  await heading(page, french.certificates);
  await revoke(page, product, french);
  await page.goto(product.coach);
  await heading(page, french.withdrawn);
  await visitor.leave();
});

test('each public page is accessible and fits a narrow screen, in both languages', async () => {
  await Promise.all([french, english].map(checkPublicPages));
});

test('a page that does not exist is as accessible as one that does', async () => {
  const visitor = await newVisitor(browser, product, french);
  await visitor.page.goto(`${product.platform}/nothing-here`);
  await checkPage(visitor.page);
  await visitor.leave();
});

test('a page that asked another host would be found out', async () => {
  const visitor = await newVisitor(browser, product);
  const asked = visitor.page.waitForEvent('requestfailed');
  await visitor.page.setContent('<img alt="" src="http://elsewhere.invalid/pixel.png">');
  await asked;
  await assert.rejects(visitor.leave(), /other hosts/);
});

test('the console of the documentation asks no other host', async () => {
  const visitor = await newVisitor(browser, product, french);
  await visitor.page.goto(`${product.platform}/docs/console/`);
  await visitor.page.getByText('/v1/record/certificates').first().waitFor();
  await checkReflow(visitor.page);
  await visitor.leave();
});

/** The console is Swagger UI, whose pages are not ours: `/docs` says the same, accessibly. */
function isPublic(path) {
  const elsewhere = ['/docs/console', '/sign-in', '/connect', '/callback'];
  return !elsewhere.some((start) => path.startsWith(start));
}

/** Follows every link from the three homes, as a reader of one language. */
async function checkPublicPages({ locale }) {
  const visitor = await newVisitor(browser, product, { locale });
  const { page } = visitor;
  const origins = [product.platform, product.coach, product.provider];
  const known = new Set(origins.map((origin) => `${origin}/`));
  // A set is walked in the order of what is added to it, while it is.
  for (const url of known) {
    const answer = await page.goto(url);
    if (!answer.headers()['content-type']?.startsWith('text/html')) continue;
    await checkPage(page);
    for (const link of await page.locator('a[href]').evaluateAll((all) => all.map((a) => a.href))) {
      const { origin, pathname } = new URL(link);
      if (origins.includes(origin) && isPublic(pathname)) known.add(origin + pathname);
    }
  }
  assert.ok(known.size > 10, `only ${known.size} pages were found`);
  await visitor.leave();
}
