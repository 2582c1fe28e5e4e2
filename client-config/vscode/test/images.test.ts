import assert from 'node:assert';
import { test } from 'node:test';
import { imagesIn, nearestImage } from '../src/images';

function images(text: string): string[] {
  const lines = text.split('\n');
  return imagesIn(lines).map(({ line, start, end }) => lines[line].slice(start, end));
}

test('the image is the first word after FROM and its flags', () => {
  assert.deepStrictEqual(images('FROM a:1\nfrom --platform=linux/amd64 b@sha256:1 AS x\n  FROM "${C}"\nFROM'), ['a:1', 'b@sha256:1', '"${C}"']);
});

test('a FROM may go on in the next line, after a comment too', () => {
  assert.deepStrictEqual(images('FROM \\\n  # which\n\n  a:1 AS b\n'), ['a:1']);
  assert.deepStrictEqual(images('FROM --platform=x \\\na:1\\\n AS b\n'), ['a:1']);
  assert.deepStrictEqual(images('# escape=`\nFROM `\n  a:1\nRUN dir C:\\\nFROM b'), ['a:1', 'b']);
});

test('the image knows where its FROM begins', () => {
  assert.deepStrictEqual(imagesIn(['', 'FROM \\', '  a:1']), [{ first: 1, line: 2, start: 2, end: 5 }]);
});

test('what looks like a FROM in a comment, a heredoc or a command that goes on is none', () => {
  assert.deepStrictEqual(images('# FROM x\nFROM a\nRUN psql -c "SELECT 1 \\\n  FROM x"\nRUN python <<EOF\nfrom sklearn import x\nEOF\nFROM b'), ['a', 'b']);
  assert.deepStrictEqual(images('FROM a\nCOPY <<-"E" <<F /x/\nFROM x\n\tE\nFROM y\nF\nFROM b'), ['a', 'b']);
});

test('a heredoc without an end, and a here-string, hide nothing', () => {
  assert.deepStrictEqual(images('FROM a\nRUN python <<EOF\nFROM b'), ['a', 'b']);
  assert.deepStrictEqual(images('FROM a\nRUN cat <<< EOF\nFROM b\nEOF'), ['a', 'b']);
});

test('the nearest image is the one above, else the first', () => {
  const places = imagesIn(['ARG X', 'FROM a', 'RUN x', 'FROM b', 'RUN y']);
  assert.deepStrictEqual([0, 1, 2, 3, 4].map((line) => nearestImage(places, line)?.line), [1, 1, 1, 3, 3]);
  assert.strictEqual(nearestImage([], 0), undefined);
});
