/** Breaks text into lines without measuring it: widths of letters are reckoned from a table, so that lines break alike on every machine. */
const NARROW = /[\s!'(),.:;I[\]fijlrt|]/, WIDE = /[MWmw@%—…]/, BROAD = /[A-Z0-9&+<=>?#$_~]/;

/** About how wide a text is in px; a little more than common sans-serif fonts need. */
export function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const letter of text) ems += NARROW.test(letter) ? 0.37 : WIDE.test(letter) ? 0.98 : BROAD.test(letter) ? 0.7 : 0.62;
  return ems * size;
}

/** Lines of at most `width` px; what is beyond `most` lines ends in …. */
export function linesOf(text: string, size: number, width: number, most: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || widthOf(longer, size) <= width) line = longer;
    else { lines.push(line); line = word; }
  }
  if (line !== '') lines.push(line);
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `${lines[most - 1]!}…`];
}
