// A client that others wrote and that the OpenID Foundation certified for FAPI 2.0 walks the whole
// way: it registers, asks, reads, comes back, and gives up. It knows the standards and nothing else.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import * as openid from 'openid-client';

import { newVisitor } from '../browser.mjs';
import { browser, product } from '../stage.mjs';
import { heading } from '../steps.mjs';
import { french } from '../words.mjs';

const DETAILS = {
  type: 'cpf_record',
  actions: ['read'],
  sections: ['certificates'],
  essential: ['certificates'],
  purpose: 'career_guidance',
  duration: 'P30D',
  frequency: 'ongoing',
  retention: 'P30D',
};

/** Each algorithm that FAPI 2.0 allows, and how a key of it is drawn. */
const ALGORITHMS = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  PS256: {
    name: 'RSA-PSS',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
  EdDSA: { name: 'Ed25519' },
};

let initialAccessToken;

before(async () => {
  const token = new URL('../../../sandbox/data/publisher.token', import.meta.url);
  initialAccessToken = (await readFile(token, 'utf8')).trim();
});

/** Registers an app whose assertions are signed by `algorithm` (RFC 7591). */
async function register(name, algorithm) {
  const usages = ['sign', 'verify'];
  const keys = await crypto.subtle.generateKey(ALGORITHMS[algorithm], true, usages);
  const { kty, crv, x, y, n, e } = await crypto.subtle.exportKey('jwk', keys.publicKey);
  const jwk = { kty, crv, x, y, n, e, kid: algorithm, alg: algorithm, use: 'sig' };
  return openid.dynamicClientRegistration(
    new URL(product.platform),
    {
      client_name: name,
      client_uri: 'https://cap-metier.example/',
      redirect_uris: [`${product.coach}/callback`],
      jwks: { keys: [jwk] },
      cpf_description: {
        fr: 'Ce service ne connaît que les normes, et les suit.',
        en: 'This service knows the standards and nothing else.',
      },
      cpf_sections: DETAILS.sections,
      cpf_purposes: [DETAILS.purpose],
      contacts: ['dev@cap-metier.example'],
    },
    openid.PrivateKeyJwt({ key: keys.privateKey, kid: algorithm }),
    { initialAccessToken, execute: [openid.allowInsecureRequests] },
  );
}

/** Proofs of a fresh key; the client says `Ed25519` for what others call EdDSA (RFC 9864). */
async function dpop(config, algorithm = 'ES256') {
  const name = algorithm === 'EdDSA' ? 'Ed25519' : algorithm;
  return openid.getDPoPHandle(config, await openid.randomDPoPKeyPair(name));
}

/** Pushes a request and lets the worker answer it by `button`; the answer, and what checks it. */
async function ask(config, DPoP, persona, button) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const checks = {
    pkceCodeVerifier,
    expectedNonce: openid.randomNonce(),
    expectedState: openid.randomState(),
    idTokenExpected: true,
  };
  const address = await openid.buildAuthorizationUrlWithPAR(
    config,
    {
      redirect_uri: `${product.coach}/callback`,
      scope: 'openid',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      authorization_details: JSON.stringify([DETAILS]),
    },
    { DPoP },
  );
  const visitor = await newVisitor(browser, product, french);
  const { page } = visitor;
  await page.goto(address.href);
  await page.getByRole('button', { name: persona }).click();
  await heading(page, french.asks);
  const answered = page.waitForRequest((request) => request.url().includes('/callback?'));
  await page.getByRole('button', { name: button, exact: true }).click();
  const answer = new URL((await answered).url());
  await page.waitForLoadState();
  await visitor.leave();
  return { answer, checks };
}

const certificates = () => new URL('/v1/record/certificates', product.platform);

for (const algorithm of Object.keys(ALGORITHMS)) {
  test(`a certified client registers, reads, comes back and gives up (${algorithm})`, async () => {
    const config = await register(`Pas à pas ${algorithm}`, algorithm);
    const DPoP = await dpop(config, algorithm);
    const { answer, checks } = await ask(config, DPoP, /Lucie Orfeuillard/, french.accept);
    const tokens = await openid.authorizationCodeGrant(config, answer, checks, undefined, { DPoP });
    assert.equal(tokens.token_type, 'dpop');
    assert.equal(tokens.claims().aud, config.clientMetadata().client_id);
    assert.deepEqual(tokens.authorization_details[0].sections, DETAILS.sections);

    const read = (token, handle = DPoP) =>
      openid.fetchProtectedResource(config, token, certificates(), 'GET', null, undefined, {
        DPoP: handle,
      });
    const record = await read(tokens.access_token);
    assert.equal(record.status, 200);
    assert.ok((await record.json()).items.length > 0, 'her certificates');
    const strange = await dpop(config);
    await assert.rejects(read(tokens.access_token, strange), openid.WWWAuthenticateChallengeError);

    const known = await openid.tokenIntrospection(config, tokens.access_token);
    assert.ok(known.active);
    assert.equal(known.sub, tokens.claims().sub, 'one subject, whichever way it is told');
    const later = await openid.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
    assert.equal(later.refresh_token, undefined, 'it is not rotated');
    assert.equal((await read(later.access_token)).status, 200);

    await openid.tokenRevocation(config, tokens.refresh_token);
    await assert.rejects(read(later.access_token), openid.WWWAuthenticateChallengeError);
    const dead = await openid.tokenIntrospection(config, later.access_token);
    assert.deepEqual(dead, { active: false });
    await assert.rejects(
      openid.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP }),
      (error) => error.error === 'invalid_grant',
    );
  });
}

test('a certified client understands that she said no', async () => {
  const config = await register('Pas à pas refus', 'ES256');
  const DPoP = await dpop(config);
  const { answer, checks } = await ask(config, DPoP, /Éloïse/, french.refuse);
  await assert.rejects(
    openid.authorizationCodeGrant(config, answer, checks, undefined, { DPoP }),
    (error) => error.error === 'access_denied',
  );
});

test('a certified client that registered cannot be answered elsewhere', async () => {
  const config = await register('Pas à pas ailleurs', 'ES256');
  const DPoP = await dpop(config);
  const parameters = {
    redirect_uri: `${product.coach}/callback/`,
    code_challenge: await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier()),
    code_challenge_method: 'S256',
    authorization_details: JSON.stringify([DETAILS]),
  };
  await assert.rejects(
    openid.buildAuthorizationUrlWithPAR(config, parameters, { DPoP }),
    (error) => error.error === 'invalid_request',
  );
});
