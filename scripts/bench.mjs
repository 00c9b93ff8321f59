// `npm run bench -- <arguments>`: how fast the simulator is on this machine. The garbage collector is exposed so that
// a benchmark can start each measurement from a clean heap.
import { runBundled } from './bundle.mjs';

await runBundled('test/bench/bench.ts', process.argv.slice(2), ['--expose-gc']);
