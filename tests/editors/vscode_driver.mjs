// A browser that is told by lines of JSON what to do: [name, arguments…] in, {value} or {error} out.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [tools, chromiumPath] = process.argv.slice(2);
const { chromium } = createRequire(`${tools}/`)('playwright-core');

const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] });
const context = await browser.newContext({
  viewport: { width: 1280, height: 800 },
  permissions: ['clipboard-read', 'clipboard-write'],
});
const page = await context.newPage();

const actions = {
  open: async (url) => {
    await page.goto(url);
  },
  press: async (...keys) => {
    for (const key of keys) {
      await page.keyboard.press(key);
    }
  },
  type: (text) => page.keyboard.type(text, { delay: 40 }),
  click: (selector) => page.locator(selector).first().click(),
  doubleClick: (selector) => page.locator(selector).first().dblclick(),
  evaluate: (expression) => page.evaluate(expression),
  wait: async (expression, seconds) =>
    (await page.waitForFunction(expression, undefined, { timeout: seconds * 1000, polling: 50 })).jsonValue(),
  picture: async (path, x, y, width, height) => {
    await page.screenshot({ path, clip: { x, y, width, height } });
  },
};

console.log(JSON.stringify({ value: 'ready' }));
for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...args] = JSON.parse(line);
  try {
    console.log(JSON.stringify({ value: (await actions[name](...args)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
await browser.close();
