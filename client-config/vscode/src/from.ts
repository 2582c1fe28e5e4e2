/** Where the image is in the text of a FROM: offsets, from 0. Undefined while none is written. */
export function imageIn(from: string): { start: number; end: number } | undefined {
  // A FROM that goes on in the next line may have comments between.
  const text = from.replace(/^[ \t]*#.*$/gm, (comment) => ' '.repeat(comment.length));
  const [, ...words] = text.matchAll(/\S+/g);
  const image = words.find(([word]) => !/^(?:--.*|[\\`])$/.test(word));
  return image && { start: image.index, end: image.index + image[0].replace(/[\\`]$/, '').length };
}
