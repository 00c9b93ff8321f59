/** Room for words: a label is placed only where none stands yet. */

export interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'middle' | 'end';
}

export const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1)).trimEnd()}…`);

const HEIGHT = 12;
export class Labels {
  private readonly taken: { readonly left: number; readonly right: number; readonly y: number }[] = [];
  private readonly letter: number;
  constructor(letter: number) { this.letter = letter; }

  place(label: Label): Label | null {
    const width = label.text.length * this.letter;
    const left = label.anchor === 'start' ? label.x : label.anchor === 'end' ? label.x - width : label.x - width / 2;
    const box = { left, right: left + width, y: label.y };
    if (this.taken.some((it) => it.left < box.right && box.left < it.right && Math.abs(it.y - box.y) < HEIGHT)) return null;
    this.taken.push(box);
    return label;
  }
}
