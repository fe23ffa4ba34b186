// The rules that a consent page is held to, one test for each, in a real browser. They come from the
// GDPR (articles 4(11) and 7, recital 32), from Planet49 (C-673/17) and from the rules of Australia's
// Consumer Data Right for consent.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { newVisitor } from '../browser.mjs';
import { ageGrant } from '../platform.mjs';
import { browser, product } from '../stage.mjs';
import { askConsent, checkPage, checkRefusingIsAsEasy, heading } from '../steps.mjs';
import { APP, consent as words, english } from '../words.mjs';

/** Tests `rule` on the consent page as `persona` sees it first. */
function rule(name, persona, check) {
  test(name, async () => {
    const visitor = await newVisitor(browser, product, words);
    await askConsent(visitor.page, product, words, persona);
    await check(visitor.page);
    await visitor.leave();
  });
}

/** The text that describes the box named `name`. */
async function description(page, name) {
  const id = await page.getByRole('checkbox', { name }).getAttribute('aria-describedby');
  return page.locator(`[id="${id}"]`).innerText();
}

/** Where `text` stands on the page. */
async function place(page, text) {
  const at = (await page.locator('main').innerText()).indexOf(text);
  assert.ok(at >= 0, `the page says: ${text}`);
  return at;
}

rule('rule 1: the heading says who asks, and what being verified means', /Lucie/, async (page) => {
  const title = await page.getByRole('heading', { level: 1 }).innerText();
  assert.match(title, /^Cap Métier \(société .+, SIREN \d{9}\) demande à voir/);
  await page.locator('.tag').getByText(words.verified, { exact: true }).waitFor();
  await page.getByText(words.verifiedMeans).waitFor();
});

rule('rule 2: each part has one box, unticked, and what is required says why', /Lucie/, async (page) => {
  const boxes = page.getByRole('checkbox');
  const names = await boxes.evaluateAll((all) => all.map((box) => box.labels[0].innerText));
  assert.deepEqual(names, [words.required, ...words.others]);
  for (const name of words.others) {
    assert.equal(await page.getByRole('checkbox', { name }).isChecked(), false, name);
  }
  assert.ok((await description(page, words.required)).includes(words.reason));
  await page.getByText(words.finer).click();
  for (const box of await page.getByRole('checkbox').all()) {
    const name = await box.evaluate((one) => one.labels[0].innerText);
    assert.equal(await box.isChecked(), name === words.required, `${name} is hers to tick`);
  }
});

rule('rule 3: each part says what it is with a real example, what for and how often', /Lucie/, async (page) => {
  assert.match(await description(page, words.required), words.example);
  assert.match(await description(page, words.required), /Votre dossier en contient 2\./);
  assert.ok((await description(page, words.optional)).includes(words.held), 'or that there is none');
  assert.ok((await place(page, words.purpose)) < (await place(page, words.group)));
  assert.ok((await place(page, words.often)) < (await place(page, words.group)));
});

for (const { locale, label, write } of [
  {
    locale: words,
    label: words.duration,
    write: (day) => day.toLocaleDateString('fr-FR', { day: 'numeric', month: 'long', year: 'numeric' }).replace(/^1 /, '1er '),
  },
  {
    locale: english,
    label: 'For how long',
    write: (day) => day.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' }),
  },
]) {
  test(`rule 4: each duration has an end date, the shortest is chosen, none is endless (${locale.language})`, async () => {
    const visitor = await newVisitor(browser, product, locale);
    const { page } = visitor;
    await askConsent(page, product, locale, /Lucie/);
    const list = page.getByLabel(label);
    const options = await list.locator('option').evaluateAll((all) => all.map((one) => one.innerText));
    const days = await list.locator('option').evaluateAll((all) => all.map((one) => Number(one.value)));
    assert.deepEqual(days, [1, 7, 30, 90], 'as far as was asked');
    assert.equal(await list.inputValue(), '1', 'who changes nothing gives the shortest');
    for (const [index, count] of days.entries()) {
      const end = new Date(Date.now() + count * 86_400_000);
      const written = [end, new Date(end.getTime() - 3_600_000)].map(write);
      assert.ok(written.some((day) => options[index].endsWith(day)), `${options[index]}: ${written}`);
    }
    await visitor.leave();
  });
}

rule('rule 5: who else receives the data, and what becomes of it at the end, is said', /Lucie/, async (page) => {
  await place(page, words.nobody);
  await place(page, words.erased);
});

rule('rule 6: how to stop is said before the buttons', /Lucie/, async (page) => {
  const stop = page.getByText(words.stop);
  const accept = page.getByRole('button', { name: words.accept, exact: true });
  const [above, below] = [await stop.boundingBox(), await accept.boundingBox()];
  assert.ok(above.y + above.height <= below.y);
});

rule('rule 7: accepting and refusing are alike, and a refusal is not asked again', /Rachida/, async (page) => {
  await checkRefusingIsAsEasy(page, words);
  const buttons = page.locator('.decide').getByRole('button');
  assert.deepEqual(await buttons.allInnerTexts(), [words.accept, words.refuse], 'in this order');
  await page.getByRole('button', { name: words.refuse, exact: true }).click();
  await heading(page, words.declined);

  await page.goto(`${product.coach}/connect`);
  await heading(page, words.again);
  await checkPage(page);
  assert.equal(await page.getByRole('checkbox').count(), 0, 'nothing is asked of her');
  await checkTwoAlike(page, [words.back, words.look]);
  await page.getByRole('button', { name: words.look }).click();
  await heading(page, words.asks);
  await page.goto(`${product.coach}/connect`);
  await heading(page, words.again);
  await page.getByRole('button', { name: words.back }).click();
  await heading(page, words.declined);
  await page.goto(`${product.platform}/authorizations`);
  const refusals = page.getByRole('region', { name: words.refusals });
  assert.deepEqual(await refusals.getByRole('heading', { level: 3 }).allInnerTexts(), [APP]);
  assert.equal(await refusals.getByRole('button').count(), 0, 'she need do nothing');
  await checkPage(page);
});

/** Two buttons of one size and one look. */
async function checkTwoAlike(page, names) {
  const looks = names.map((name) =>
    page.getByRole('button', { name, exact: true }).evaluate((element) => {
      const { width, height } = element.getBoundingClientRect();
      const { color, backgroundColor, borderColor, fontWeight } = getComputedStyle(element);
      return { width, height, color, backgroundColor, borderColor, fontWeight };
    }),
  );
  const [one, other] = await Promise.all(looks);
  assert.deepEqual(one, other);
}

rule('rule 8: the page offers nothing else', /Lucie/, async (page) => {
  const links = await page.locator('main a').evaluateAll((all) => all.map((link) => link.href));
  assert.ok(links.length <= 1, `only the publisher's own site: ${links}`);
  assert.equal(await page.getByRole('navigation').getByRole('link').count(), 0, 'no way around it');
  const text = await page.locator('body').innerText();
  assert.doesNotMatch(text, /créer un compte|inscri(vez|ption)|mot de passe oublié|newsletter/i);
});

rule('rule 9: no password is asked, and she is told to give it to nobody', /Lucie/, async (page) => {
  assert.equal(await page.locator('input[type="password"], input[type="text"], input:not([type])').count(), 0);
  await place(page, words.noPassword);
});

rule('rule 10: where she is sent afterwards is announced', /Anselme/, async (page) => {
  const announced = await place(page, `vous serez renvoyé vers ${new URL(product.coach).origin}`);
  assert.ok(announced < (await page.locator('main').innerText()).lastIndexOf(words.accept));
  await page.getByRole('button', { name: words.accept, exact: true }).click();
  await heading(page, words.certificates);
  assert.equal(new URL(page.url()).origin, new URL(product.coach).origin);
});

rule('rule 11: what she gave, to whom, what for and until when stays to be read, with a receipt', /Ilinca/, async (page) => {
  await page.getByLabel(words.duration).selectOption('7');
  const until = (await page.getByLabel(words.duration).locator('option:checked').innerText()).match(/\d{4}$/)[0];
  await page.getByRole('button', { name: words.accept, exact: true }).click();
  await heading(page, words.certificates);
  await page.goto(`${product.platform}/authorizations`);
  const text = await page.locator('main').innerText();
  for (const told of [APP, words.purpose.slice(0, -1), 'Mes certificats', until]) {
    assert.ok(text.includes(told), `${told}: ${text}`);
  }
  await page.getByRole('button', { name: words.revoke }).waitFor();
  await page.getByRole('link', { name: words.receipt }).click();
  await heading(page, words.receipt);
  const here = await page.request.get(`${page.url()}.jwt`);
  assert.equal(await elsewhere(page), await here.text(), 'the app gives her the same one');
});

/** The receipt that she takes from the app, outside the platform. */
async function elsewhere(page) {
  await page.goto(product.coach);
  await checkPage(page);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: words.receiptOfTheApp }).click();
  const file = await download;
  assert.match(file.suggestedFilename(), /\.jwt$/);
  return readFile(await file.path(), 'utf8');
}

rule('rule 11: after 90 days she is reminded where she arrives, and keeps or stops with one button', /Tiémorou/, async (page) => {
  await page.getByLabel(words.duration).selectOption('90');
  await page.getByRole('button', { name: words.accept, exact: true }).click();
  await heading(page, words.certificates);
  await page.goto(`${product.platform}/authorizations`);
  const link = page.getByRole('heading', { level: 3, name: APP }).getByRole('link');
  const grant = new URL(await link.getAttribute('href'), page.url()).pathname.split('/').at(-1);
  const reminder = page.getByRole('region', { name: words.reminders });
  await ageGrant(product, grant, 89);
  await page.goto(product.platform);
  assert.equal(await reminder.count(), 0, 'not before');
  await ageGrant(product, grant, 1);
  for (const path of ['/authorizations', '/']) {
    await page.goto(product.platform + path);
    await reminder.getByText(words.stillAllowed).waitFor();
    await checkPage(page);
  }
  await checkTwoAlike(page, [words.keep, words.stopIt]);
  await page.getByRole('button', { name: words.keep }).click();
  await page.getByRole('status').filter({ hasText: words.kept }).waitFor();
  await checkPage(page);
  await page.goto(product.platform);
  assert.equal(await reminder.count(), 0, 'she has answered');
  await ageGrant(product, grant, 90);
  await page.goto(product.platform);
  await reminder.getByRole('button', { name: words.stopIt }).click();
  await page.getByRole('status').filter({ hasText: words.revoked }).waitFor();
});

rule('rule 12: what is kept are the texts of this very page, and it knows them by a digest', /Lucie/, async (page) => {
  // Read from the page by a second hand; the stories compare what is stored, with its language and
  // its time.
  const texts = await page.locator('main').evaluate((main) => {
    const inline = ['A', 'ABBR', 'CODE', 'EM', 'SPAN', 'STRONG'];
    const found = [''];
    const read = (node) => {
      if (node.nodeType === Node.TEXT_NODE) found[found.length - 1] += node.data;
      if (node.nodeType !== Node.ELEMENT_NODE) return;
      const block = !inline.includes(node.tagName);
      if (block) found.push('');
      node.childNodes.forEach(read);
      if (block) found.push('');
    };
    read(main);
    return found.map((text) => text.replace(/[ \t\n\r\f]+/g, ' ').trim()).filter(Boolean);
  });
  assert.ok(texts.some((text) => text.includes(words.cautions)));
  const digest = createHash('sha256').update(texts.join('\n')).digest('hex');
  assert.equal(await page.locator('input[name="seen"]').inputValue(), digest);
});
