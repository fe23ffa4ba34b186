// What every story plays on: the product, with her certificates in it, and a browser. To import it is
// to have it started before the first test of a file and stopped after the last.

import { after, before } from 'node:test';

import { startBrowser } from './browser.mjs';
import { depositCertificates, startPlatform } from './platform.mjs';

export let product;
export let browser;

before(async () => {
  product = await startPlatform(Number(process.env.CPF_UP_PORTS_FROM ?? 18480));
  await depositCertificates(product);
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await product?.stop();
});
