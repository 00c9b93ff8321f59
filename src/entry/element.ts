/** `pattern-scope.js`: defines the element, once, and lets links of the page drive it. */
import { followLinks, PatternScope } from '../embed/element.ts';

if (customElements.get('pattern-scope') === undefined) {
  customElements.define('pattern-scope', PatternScope);
  followLinks();
}
export { PatternScope };
