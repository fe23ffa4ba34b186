// A worker looks after her own record in a real browser: she decides on what a service proposes, and
// adds, changes and removes entries of her own; by keyboard, without scripts, in both languages.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import * as openid from 'openid-client';

import { newVisitor, tabTo } from '../browser.mjs';
import { browser, product } from '../stage.mjs';
import { checkPage, heading } from '../steps.mjs';
import { french, record } from '../words.mjs';

const DETAILS = {
  type: 'cpf_record',
  actions: ['read', 'propose'],
  sections: ['skills'],
  essential: ['skills'],
  purpose: 'career_guidance',
  duration: 'P30D',
  frequency: 'ongoing',
  retention: 'P30D',
};

/** Registers a service that may propose skills. */
async function register(name) {
  const token = new URL('../../../sandbox/data/publisher.token', import.meta.url);
  const initialAccessToken = (await readFile(token, 'utf8')).trim();
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
  return openid.dynamicClientRegistration(
    new URL(product.platform),
    {
      client_name: name,
      client_uri: 'https://cap-metier.example/',
      redirect_uris: [`${product.coach}/callback`],
      jwks: { keys: [{ kty, crv, x, y, kid: 'key', alg: 'ES256', use: 'sig' }] },
      cpf_description: { fr: 'Ce service propose des compétences.', en: 'It proposes skills.' },
      cpf_sections: DETAILS.sections,
      cpf_purposes: [DETAILS.purpose],
      contacts: ['dev@cap-metier.example'],
    },
    openid.PrivateKeyJwt({ key: keys.privateKey, kid: 'key' }),
    { initialAccessToken, execute: [openid.allowInsecureRequests] },
  );
}

/** Has `persona` let a service called `name` propose; what it proposes with. */
async function allow(name, persona) {
  const config = await register(name);
  const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'));
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: openid.randomState() };
  const parameters = {
    redirect_uri: `${product.coach}/callback`,
    state: checks.expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    authorization_details: JSON.stringify([DETAILS]),
  };
  const address = await openid.buildAuthorizationUrlWithPAR(config, parameters, { DPoP });
  const visitor = await newVisitor(browser, product, french);
  await visitor.page.goto(address.href);
  await visitor.page.getByRole('button', { name: persona }).click();
  await heading(visitor.page, french.asks);
  const answered = visitor.page.waitForRequest((sent) => sent.url().includes('/callback?'));
  await visitor.page.getByRole('button', { name: french.accept, exact: true }).click();
  const answer = new URL((await answered).url());
  await visitor.page.waitForLoadState();
  await visitor.leave();
  const tokens = await openid.authorizationCodeGrant(config, answer, checks, undefined, { DPoP });
  const proposals = new URL('/v1/record/skills/proposals', product.platform);
  return async (entries) => {
    const headers = new Headers({ 'content-type': 'application/json' });
    const body = JSON.stringify({ entries });
    const token = tokens.access_token;
    const options = { DPoP };
    const sent = await openid.fetchProtectedResource(
      config, token, proposals, 'POST', body, headers, options,
    );
    assert.equal(sent.status, 201, await sent.text());
  };
}

/** Signs in as `persona`, at her record. */
async function openRecord(page, words, persona) {
  await page.goto(`${product.platform}/record`);
  await page.getByRole('button', { name: persona }).click();
  await heading(page, words.record);
}

async function told(page, said) {
  await page.getByRole('status').filter({ hasText: said }).waitFor();
}

/** The size and the look of a button. */
async function look(locator) {
  return locator.evaluate((element) => {
    const { width, height } = element.getBoundingClientRect();
    const { color, backgroundColor, borderColor, fontSize, fontWeight } = getComputedStyle(element);
    return { width, height, color, backgroundColor, borderColor, fontSize, fontWeight };
  });
}

for (const words of [record.french, record.english]) {
  test(`she decides on proposals, and looks after her own entries (${words.language})`, async () => {
    const propose = await allow(`Pistes ${words.language}`, words.persona);
    const description = 'Préparer.\nAnimer.';
    await propose([{ title: 'Atelier', description }, { title: 'Tableur', mastery: 'advanced' }]);
    const visitor = await newVisitor(browser, product, words);
    const { page } = visitor;
    await openRecord(page, words, words.persona);
    await page.goto(product.platform);
    await checkPage(page);
    await page.getByRole('link', { name: words.look }).click();
    await page.getByRole('heading', { level: 2, name: words.proposals }).waitFor();
    await checkPage(page);
    const accept = page.getByRole('button', { name: `${words.accept} – Atelier` });
    const refuse = page.getByRole('button', { name: `${words.refuse} – Atelier` });
    assert.deepEqual(await look(accept), await look(refuse), 'two answers of equal weight');
    await accept.click();
    await told(page, words.accepted);
    await checkPage(page);
    await page.getByRole('button', { name: `${words.refuse} – Tableur` }).click();
    await told(page, words.refused);
    assert.equal(await page.getByText('Tableur').count(), 0, 'what she refused is gone');

    await add(page, words);
    await change(page, words);
    await page.goto(`${product.platform}/journal`);
    await page.getByRole('cell', { name: words.proposed, exact: true }).first().waitFor();
    await checkPage(page);
    await visitor.leave();
  });
}

/** Adds an experience: is told what is wrong, led to it, and finds the occupation by its name. */
async function add(page, words) {
  await page.getByRole('link', { name: words.add }).click();
  await heading(page, words.addHeading);
  await checkPage(page);
  await page.getByLabel(words.occupation).fill('boulangère');
  await page.getByLabel(words.start).fill('hier');
  await page.getByRole('button', { name: words.save, exact: true }).click();
  const alert = page.getByRole('alert');
  await alert.waitFor();
  assert.equal(await alert.getByRole('link').count(), 3, 'each error has its link');
  await checkPage(page);
  await alert.getByRole('link', { name: words.start }).click();
  const start = page.getByLabel(words.start);
  assert.ok(await start.evaluate((field) => field === document.activeElement), 'it leads there');
  await start.fill('03/2020');
  await page.getByLabel(words.title).fill('Au fournil');
  await page.getByRole('radio', { name: 'Boulanger / Boulangère' }).check();
  await page.getByRole('button', { name: words.save, exact: true }).click();
  await told(page, words.added);
  await page.getByText(words.date, { exact: true }).waitFor();
  await page.getByText('Boulanger / Boulangère', { exact: true }).waitFor();
  await checkPage(page);
}

/** Changes what she added, begins to remove it and keeps it, then removes it. */
async function change(page, words) {
  await page.getByRole('link', { name: `${words.change} – Au fournil` }).click();
  await heading(page, words.changeHeading);
  await checkPage(page);
  assert.equal(await page.getByLabel(words.start).inputValue(), '03/2020');
  await page.getByLabel(words.title).fill('Au four');
  await page.getByRole('button', { name: words.save, exact: true }).click();
  await told(page, words.changed);
  await page.getByRole('link', { name: `${words.remove} – Au four` }).click();
  await heading(page, words.removeHeading);
  await checkPage(page);
  await page.getByRole('link', { name: words.keep, exact: true }).click();
  await page.getByRole('link', { name: `${words.remove} – Au four` }).click();
  await page.getByRole('button', { name: words.reallyRemove, exact: true }).click();
  await told(page, words.removed);
  await checkPage(page);
}

test('the keyboard is enough to decide and to add, without scripts', async () => {
  const words = record.french;
  const persona = /Hugues-Aldebert/;
  const propose = await allow('Pistes au clavier', persona);
  await propose([{ title: 'Atelier' }]);
  const visitor = await newVisitor(browser, product, { ...words, javaScriptEnabled: false });
  const { page } = visitor;
  await openRecord(page, words, persona);
  await tabTo(page, page.getByRole('button', { name: `${words.accept} – Atelier` }));
  await page.keyboard.press('Enter');
  await told(page, words.accepted);
  await tabTo(page, page.getByRole('link', { name: words.add }));
  await page.keyboard.press('Enter');
  await heading(page, words.addHeading);
  await tabTo(page, page.getByLabel(words.title));
  await page.keyboard.type('Au fournil');
  await tabTo(page, page.getByLabel(words.occupation));
  await page.keyboard.type('boulangère');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await tabTo(page, page.getByRole('radio').first());
  await page.keyboard.press('Space');
  await tabTo(page, page.getByRole('button', { name: words.save, exact: true }));
  await page.keyboard.press('Enter');
  await told(page, words.added);
  await visitor.leave();
});
