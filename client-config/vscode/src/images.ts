/** Where a Dockerfile names its base images, told by its text alone: nothing need run for it. */

/** The place of an image in a FROM: its line, its columns, and the line where the FROM begins. All count from 0. */
export interface ImagePlace {
  first: number;
  line: number;
  start: number;
  end: number;
}

const ESCAPE_DIRECTIVE = /^\s*#\s*escape\s*=\s*`\s*$/i;
const DIRECTIVE = /^\s*#\s*[a-z]+\s*=/i;
const NO_TEXT = /^\s*(?:#|$)/;
const KEYWORD = /^\s*(\w+)/;
const HEREDOC = /(?:^|\s)\d*<<(-?)(["']?)([^\s<"']+)\2(?=\s|$)/g;

/** The images of all FROM, in order. What looks like a FROM inside another instruction is none. */
export function imagesIn(lines: readonly string[]): ImagePlace[] {
  const escape = escapeOf(lines);
  const found: ImagePlace[] = [];
  let next = 0;
  while (next < lines.length) {
    const first = next++;
    const keyword = NO_TEXT.test(lines[first]) ? undefined : KEYWORD.exec(lines[first])?.[1].toUpperCase();
    if (!keyword) {
      continue;
    }
    const parts = [first];
    let last = first;
    while (lines[last].trimEnd().endsWith(escape) && next < lines.length) {
      // A comment or an empty line does not end what goes on after it.
      if (!NO_TEXT.test(lines[next])) {
        last = next;
        parts.push(next);
      }
      next++;
    }
    if (keyword === 'FROM') {
      found.push(...imageOf(lines, parts, escape));
    } else if (/^(?:RUN|COPY|ADD|ONBUILD)$/.test(keyword)) {
      next = afterHeredocs(lines, parts, next);
    }
  }
  return found;
}

/** The image of the nearest FROM at or above a line, else of the first one below. */
export function nearestImage(images: readonly ImagePlace[], line: number): ImagePlace | undefined {
  return images.findLast((image) => image.first <= line) ?? images[0];
}

function escapeOf(lines: readonly string[]): string {
  const end = lines.findIndex((line) => !DIRECTIVE.test(line));
  return lines.slice(0, end < 0 ? lines.length : end).some((line) => ESCAPE_DIRECTIVE.test(line)) ? '`' : '\\';
}

function imageOf(lines: readonly string[], parts: readonly number[], escape: string): ImagePlace[] {
  for (const line of parts) {
    for (const word of lines[line].matchAll(/\S+/g)) {
      const isKeyword = line === parts[0] && !lines[line].slice(0, word.index).trim();
      if (!isKeyword && word[0] !== escape && !word[0].startsWith('--')) {
        const text = word[0].endsWith(escape) ? word[0].slice(0, -1) : word[0];
        return [{ first: parts[0], line, start: word.index, end: word.index + text.length }];
      }
    }
  }
  return [];
}

function afterHeredocs(lines: readonly string[], parts: readonly number[], next: number): number {
  for (const part of parts) {
    for (const [, dash, , name] of lines[part].matchAll(HEREDOC)) {
      const end = lines.findIndex((line, number) => number >= next && (dash ? line.replace(/^\t+/, '') : line) === name);
      // While it is being written it has no end yet.
      next = end < 0 ? next : end + 1;
    }
  }
  return next;
}
