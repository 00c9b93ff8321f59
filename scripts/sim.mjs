// `npm run sim -- <arguments>`: the simulator on the command line, without a page.
import { runBundled } from './bundle.mjs';

await runBundled('src/headless/cli.ts', process.argv.slice(2));
