// Test files that take longest begin first, so that none is still running alone at the end; a fresh clone does not know yet how long each took.
import { BaseSequencer } from 'vitest/node';

const long = ['test/conformance/', 'test/session/', 'test/theory/', 'test/figures/', 'test/fuzz/', 'storm.test', 'exhaustive.test', 'scenarios.test', 'src/worker/'];
const rankOf = ({ moduleId }) => (long.findIndex((part) => moduleId.includes(part)) + long.length + 1) % (long.length + 1);

export class LongestFirst extends BaseSequencer {
  async sort(files) {
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}
