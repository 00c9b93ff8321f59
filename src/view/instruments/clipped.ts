/** A text that fits into so many characters; what is cut off is marked. */
export const clipped = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1)).trimEnd()}…`);
