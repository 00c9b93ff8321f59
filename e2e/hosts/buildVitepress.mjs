// Builds the page that e2e/embedCopy.spec.ts opens: a real VitePress site with one Markdown page, which holds the snippet as the copy dialog
// makes it for a site at http://site.invalid/. VitePress takes 100 MB, so what it built is kept, and the test fails when the snippet changes.
//   node e2e/hosts/buildVitepress.mjs <folder where `npm install vitepress@1` was run>
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Say where vitepress is installed.');
const here = import.meta.dirname;
const { snippet, setup } = JSON.parse(readFileSync(join(here, 'vitepress-snippet.json'), 'utf8'));
rmSync(join(folder, 'docs'), { recursive: true, force: true });
mkdirSync(join(folder, 'docs/.vitepress/theme'), { recursive: true });
writeFileSync(join(folder, 'docs/index.md'), `# Circuit breakers\n\nWatch what happens when payments hangs.\n\n${snippet}\n\nAnd <a href="#sim" data-pattern-scope-run="seek 33s">this is when it opens</a>.\n`);
writeFileSync(join(folder, 'docs/.vitepress/config.mjs'), `export default {\ntitle: 'Docs',\n${setup}\n};\n`);
writeFileSync(join(folder, 'docs/.vitepress/theme/index.js'), `export { default } from 'vitepress/theme-without-fonts';\n`);
const { status } = spawnSync(process.execPath, [join(folder, 'node_modules/vitepress/bin/vitepress.js'), 'build', 'docs'], { cwd: folder, stdio: 'inherit' });
if (status !== 0) process.exit(1);
rmSync(join(here, 'vitepress'), { recursive: true, force: true });
cpSync(join(folder, 'docs/.vitepress/dist'), join(here, 'vitepress'), { recursive: true });
