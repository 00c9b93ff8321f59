/** What checks, changes and writes documents: it is loaded when one is first edited, opened from outside, or put into a link. */
export { encodeMoment } from '../runs/link.ts';
export { openDocument, validateDocument } from '../runs/validate.ts';
export { documentActions } from './edits.ts';
