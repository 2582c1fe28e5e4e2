/** The offsets of the image in the text of a FROM instruction; undefined if there is no image yet. */
export function imageIn(from: string): { start: number; end: number } | undefined {
  // Comment lines may lie between the lines of an instruction.
  const text = from.replace(/^[ \t]*#.*$/gm, (comment) => ' '.repeat(comment.length));
  const [, ...words] = text.matchAll(/\S+/g);
  const image = words.find(([word]) => !/^(?:--.*|[\\`])$/.test(word));
  return image && { start: image.index, end: image.index + image[0].replace(/[\\`]$/, '').length };
}
