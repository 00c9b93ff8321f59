// What the build promises of its files: every library in one copy, every module in one chunk, every chunk of a pattern small.
import { gzipSync } from 'node:zlib';

/** Of one file of a pattern (story, engine, machine …), compressed. */
const PATTERN_BYTES = 15_000;

/** Fails a build that breaks a promise. The worker is built apart; so is an embed: what they share with the page is loaded by another page. */
export const bundleBudget = (build) => ({
  name: 'bundle-budget',
  apply: 'build',
  generateBundle: {
    order: 'pre',
    handler(_options, bundle) {
      const chunkOf = new Map(), folderOf = new Map(), wrong = [];
      let largest = 0;
      for (const { type, fileName, modules, facadeModuleId, code } of Object.values(bundle)) {
        if (type !== 'chunk') continue;
        for (const id of Object.keys(modules)) {
          if (chunkOf.has(id)) wrong.push(`${id} is in ${chunkOf.get(id)} and in ${fileName}`);
          chunkOf.set(id, fileName);
          const found = /^(.*\/node_modules\/)((?:@[^/]+\/)?[^/]+)\//.exec(id);
          if (found === null) continue;
          const [, folder, name] = found;
          if ((folderOf.get(name) ?? folder) !== folder) wrong.push(`${name} comes in two copies: ${folderOf.get(name)} and ${folder}`);
          folderOf.set(name, folder);
        }
        if (!/\/src\/patterns\/[^/]+\//.test(facadeModuleId ?? '')) continue;
        const bytes = gzipSync(code, { level: 9 }).length;
        largest = Math.max(largest, bytes);
        if (bytes > PATTERN_BYTES) wrong.push(`${facadeModuleId.replace(/^.*\/src\//, "")} (${fileName}) has ${bytes} bytes, compressed; at most ${PATTERN_BYTES}: ${Object.keys(modules).map((id) => id.replace(/^.*\//, "")).join(", ")}`);
      }
      if (wrong.length > 0) this.error(`${build}: ${wrong.join('; ')}`);
      console.log(`${build}: ${folderOf.size} libraries, each once; the largest chunk of a pattern has ${largest} bytes, compressed`);
    },
  },
});
