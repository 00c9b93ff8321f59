// Makes package/, what `npm pack` takes along: the Playwright helper as plain JavaScript, and its types. `npm pack` runs it by itself.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
// Whatever an earlier source has left would be packed, too.
rmSync(join(root, 'package'), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--project', join(root, 'src/tsconfig.playwright.json')], { stdio: ['ignore', 2, 2] });
process.exitCode = status ?? 1;
