import assert from 'node:assert';
import { test } from 'node:test';
import { imageIn } from '../src/from';

function image(from: string): string | undefined {
  const place = imageIn(from);
  return place && from.slice(place.start, place.end);
}

test('the image is the first word after FROM and its flags', () => {
  assert.strictEqual(image('FROM a:1'), 'a:1');
  assert.strictEqual(image('from --platform=linux/amd64 b@sha256:1 AS x'), 'b@sha256:1');
  assert.strictEqual(image('FROM "${C}"'), '"${C}"');
  assert.strictEqual(image('FROM'), undefined);
});

test('a FROM may go on in the next line, after a comment too', () => {
  assert.strictEqual(image('FROM \\\n  # which\n\n  a:1 AS b\n'), 'a:1');
  assert.strictEqual(image('FROM --platform=x \\\na:1\\\n AS b\n'), 'a:1');
  assert.strictEqual(image('FROM `\r\n  a:1'), 'a:1');
});
